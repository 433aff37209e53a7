import torch


def program(x, weight):
    with torch.no_grad():
        norm = (x**2).sum().sqrt()
    z = (x / norm * weight).sum()
    z.backward()
    return z, {"x": x.grad, "weight": weight.grad}
