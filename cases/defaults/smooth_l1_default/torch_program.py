from torch import nn


def program(x, target):
    loss = nn.SmoothL1Loss()(x, target)
    loss.backward()
    return loss, {"x": x.grad}
