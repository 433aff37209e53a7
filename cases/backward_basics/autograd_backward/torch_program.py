import torch


def program(x, y):
    z = x**2 + y
    torch.autograd.backward(z)
    return z, {"x": x.grad, "y": y.grad}
