import torch


def net(x):
    return (x**2).sum() ** 2


def program(x, v):
    (gradient,) = torch.autograd.grad(net(x), x, create_graph=True)
    (product,) = torch.autograd.grad(gradient, x, grad_outputs=v)
    return gradient, {"product": product}
