from torch import nn


def program(x):
    y = nn.AvgPool2d(2)(x) ** 2
    y.sum().backward()
    return y, {"x": x.grad}
