import torch


def program(x):
    y = torch.exp(x)
    y = y + 1
    z = y.sum()
    z.backward()
    return z, {"x": x.grad}
