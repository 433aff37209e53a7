from torch import nn


def program(x):
    layer = nn.Dropout(0.2).eval()
    y = layer(x) ** 2
    y.sum().backward()
    return y, {"x": x.grad}
