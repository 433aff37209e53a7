import torch


def program(a, b, alpha):
    square = ((a[:, None] - b[None]) ** 2).sum(-1)
    kernel = torch.exp(-square / 2)
    y = kernel @ alpha
    y.sum().backward()
    return {"a": a.grad, "b": b.grad, "alpha": alpha.grad}
