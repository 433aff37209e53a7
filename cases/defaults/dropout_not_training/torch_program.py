from torch import nn


def program(x):
    layer = nn.Dropout(0.2)
    layer(x).sum().backward()
    # Which elements are dropped is random; what the others are scaled by is not.
    return {"scale": x.grad.max()}
