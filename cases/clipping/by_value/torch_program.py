from torch import nn


def program(a, b):
    loss = ((a**2).sum() + (b**2).sum()) / 2
    loss.backward()
    nn.utils.clip_grad_value_([a, b], clip_value=5.0)
    return loss, {"a": a.grad, "b": b.grad}
