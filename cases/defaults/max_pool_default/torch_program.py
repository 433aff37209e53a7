from torch import nn


def program(x):
    y = nn.MaxPool2d(2)(x) ** 2
    y.sum().backward()
    return y, {"x": x.grad}
