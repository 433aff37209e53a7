from torch import nn


def program(x):
    y = nn.GELU(approximate="tanh")(x)
    y.sum().backward()
    return y, {"x": x.grad}
