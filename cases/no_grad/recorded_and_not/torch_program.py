import torch


def program(x, y):
    recorded = x**2 + y
    with torch.no_grad():
        not_recorded = x**2 + y
    (recorded * not_recorded).backward()
    return (recorded, not_recorded), {"x": x.grad, "y": y.grad}
