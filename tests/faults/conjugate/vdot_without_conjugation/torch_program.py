import torch


def program(a, b):
    loss = torch.vdot(a.flatten(), b.flatten()).real / 4
    loss.backward()
    return loss, {"a": a.grad, "b": b.grad}
