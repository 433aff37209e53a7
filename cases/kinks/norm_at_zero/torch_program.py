import torch


def program(x):
    y = torch.linalg.norm(x, dim=1)
    y.sum().backward()
    return y, {"x": x.grad}
