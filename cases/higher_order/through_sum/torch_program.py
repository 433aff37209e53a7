import torch


def program(x):
    z = (x**2).sum() ** 2
    (first,) = torch.autograd.grad(z, x, create_graph=True)
    (second,) = torch.autograd.grad((first * x).sum(), x)
    return z, {"first": first, "second": second}
