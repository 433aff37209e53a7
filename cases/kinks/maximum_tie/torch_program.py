import torch


def program(x, y, weight):
    z = torch.maximum(x, y) * weight
    z.sum().backward()
    return z, {"x": x.grad, "y": y.grad}
