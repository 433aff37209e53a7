from torch import nn


def program(a, b, max_norm):
    loss = ((a**2).sum() + (b**2).sum()) / 2
    loss.backward()
    nn.utils.clip_grad_norm_([a, b], max_norm)
    return loss, {"a": a.grad, "b": b.grad}
