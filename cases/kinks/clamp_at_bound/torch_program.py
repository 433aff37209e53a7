import torch


def program(x):
    y = torch.clamp(x, -1, 1) ** 2
    y.sum().backward()
    return y, {"x": x.grad}
