import torch


def program(x, scale):
    gap = 1 / (torch.sqrt(x**2 + 1) + x)
    loss = (gap * scale).sum()
    loss.backward()
    return {"gap": gap}, {"x": x.grad, "scale": scale.grad}
