import torch


def program(mask, x, y):
    z = torch.where(mask, x**2, y**3)
    z.sum().backward()
    return z, {"x": x.grad, "y": y.grad}
