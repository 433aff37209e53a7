from torch import nn


def program(a, b):
    loss = ((a**2).sum() + (b**2).sum()) / 2
    loss.backward()
    nn.utils.clip_grad_norm_([a, b], max_norm=2.0)
    return loss, {"a": a.grad, "b": b.grad}
