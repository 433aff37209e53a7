import torch


def net(x, weight):
    return torch.exp(x @ weight)


def program(x, weight):
    dx, dweight = torch.autograd.functional.jacobian(net, (x, weight))
    return net(x, weight), {"x": dx, "weight": dweight}
