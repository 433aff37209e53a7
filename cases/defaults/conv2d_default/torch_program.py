from torch import nn


def program(x, weight, bias):
    layer = nn.Conv2d(3, 4, 3)
    layer.load_state_dict({"weight": weight, "bias": bias})
    y = layer(x)
    (y**2).mean().backward()
    return y, {"x": x.grad, "weight": layer.weight.grad, "bias": layer.bias.grad}
