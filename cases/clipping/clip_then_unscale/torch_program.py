from torch import nn


def program(a, b):
    loss = ((a**2).sum() + (b**2).sum()) / 2
    (loss * 1024).backward()
    for parameter in (a, b):
        parameter.grad /= 1024
    nn.utils.clip_grad_norm_([a, b], max_norm=1.0)
    return loss, {"a": a.grad, "b": b.grad}
