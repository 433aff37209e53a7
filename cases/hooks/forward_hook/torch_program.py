from torch import nn


def square(module, inputs, output):
    return output**2


def program(x, weight, bias):
    layer = nn.Linear(3, 2)
    layer.load_state_dict({"weight": weight, "bias": bias})
    layer.register_forward_hook(square)
    loss = layer(x).mean()
    loss.backward()
    gradients = {name: parameter.grad for name, parameter in layer.named_parameters()}
    return loss, {"x": x.grad, **gradients}
