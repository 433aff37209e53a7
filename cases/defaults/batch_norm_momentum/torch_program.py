from torch import nn


def program(x, weight, bias):
    layer = nn.BatchNorm2d(3, momentum=0.1)
    layer.load_state_dict({"weight": weight, "bias": bias}, strict=False)
    y = layer(x)
    (y**3).mean().backward()
    statistics = {"mean": layer.running_mean, "variance": layer.running_var}
    return {"y": y, **statistics}, {"x": x.grad, "weight": layer.weight.grad, "bias": layer.bias.grad}
