import torch


def program(x):
    y = torch.sin(x) * torch.log(x) + x**4
    found = {}
    for name in ("first", "second", "third"):
        (y,) = torch.autograd.grad(y.sum(), x, create_graph=True)
        found[name] = y
    return {}, found
