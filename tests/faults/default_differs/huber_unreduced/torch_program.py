from torch import nn


def program(x, target, weight, bias):
    criterion = nn.SmoothL1Loss()
    loss = criterion(nn.functional.linear(x, weight, bias), target)
    loss.backward()
    return {"loss": loss}, {"weight": weight.grad, "bias": bias.grad}
