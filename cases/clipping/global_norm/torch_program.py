from torch import nn


def program(a, b):
    loss = ((a**2).sum() + (b**2).sum()) / 2
    loss.backward()
    # In place, and it returns the norm from before.
    nn.utils.clip_grad_norm_([a, b], max_norm=1.0)
    return loss, {"a": a.grad, "b": b.grad}
