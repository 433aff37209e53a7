from torch import nn


def program(x, target, delta):
    loss = nn.HuberLoss(delta=delta)(x, target)
    loss.backward()
    return loss, {"x": x.grad, "target": target.grad}
