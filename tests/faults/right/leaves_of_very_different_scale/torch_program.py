import torch


def program(a, b, c):
    loss = (1e-18 * a**3).sum() + torch.sin(b).sum() + (1e12 * c * a.detach()).sum()
    loss.backward()
    return {}, {"a": a.grad, "b": b.grad, "c": c.grad}
