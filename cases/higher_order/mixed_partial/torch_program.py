import torch


def program(x, y):
    z = (x**2 * y**3).sum()
    (dx,) = torch.autograd.grad(z, x, create_graph=True)
    (dxdx, dxdy) = torch.autograd.grad(dx.sum(), (x, y))
    return z, {"dx": dx, "dxdx": dxdx, "dxdy": dxdy}
