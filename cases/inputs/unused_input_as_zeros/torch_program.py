import torch


def program(x, y):
    z = (x**2).sum()
    z.backward()
    return z, {"x": x.grad, "y": torch.zeros_like(y) if y.grad is None else y.grad}
