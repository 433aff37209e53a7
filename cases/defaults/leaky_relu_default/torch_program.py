from torch import nn


def program(x):
    y = nn.LeakyReLU()(x)
    y.sum().backward()
    return y, {"x": x.grad}
