import torch


def program(x, exponent):
    y = torch.pow(x, exponent.detach())
    y.sum().backward()
    return y, {"x": x.grad}
