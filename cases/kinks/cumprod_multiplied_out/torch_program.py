import torch


def program(x, weight):
    y = torch.cumprod(x, 0) * weight.detach()
    y.sum().backward()
    return y, {"x": x.grad}
