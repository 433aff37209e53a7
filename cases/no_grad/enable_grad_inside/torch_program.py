import torch


def program(x, y):
    with torch.no_grad():
        constant = x**2 + y
        with torch.enable_grad():
            recorded = x**2 + y
    (recorded * constant).backward()
    return (constant, recorded), {"x": x.grad, "y": y.grad}
