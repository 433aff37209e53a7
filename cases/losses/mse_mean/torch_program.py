from torch import nn


def program(x, target):
    loss = nn.MSELoss()(x, target)
    loss.backward()
    return loss, {"x": x.grad}
