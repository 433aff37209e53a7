import torch


def net(x):
    return (x**2).sum() ** 2


def program(x):
    return net(x), {"hessian": torch.autograd.functional.hessian(net, x)}
