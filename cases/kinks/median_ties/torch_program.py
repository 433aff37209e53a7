import torch


def program(x):
    y = torch.median(x) ** 2
    y.backward()
    return y, {"x": x.grad}
