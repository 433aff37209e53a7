import torch


def program(alpha, colour):
    clear = torch.cumprod(1 - alpha, dim=1)
    transmittance = torch.cat([torch.ones(3, 1, dtype=alpha.dtype), clear[:, :-1]], 1)
    pixel = (alpha * transmittance * colour).sum(1)
    loss = (pixel**2).sum()
    loss.backward()
    return {"loss": loss, "pixel": pixel}, {"alpha": alpha.grad, "colour": colour.grad}
