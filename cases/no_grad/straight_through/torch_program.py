import torch


def program(x, scale):
    scaled = x * scale
    quantised = scaled + (torch.round(scaled) - scaled).detach()
    loss = (quantised**2).sum()
    loss.backward()
    return quantised, {"x": x.grad, "scale": scale.grad}
