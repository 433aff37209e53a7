import torch


def program(x):
    z = torch.linalg.norm(x)
    (first,) = torch.autograd.grad(z, x, create_graph=True)
    (second,) = torch.autograd.grad((first * x).sum(), x)
    return z, {"first": first, "second": second}
