from torch import nn


def halve(module, grad_input, grad_output):
    return (grad_input[0] / 2,)


def program(x, weight, bias):
    layer = nn.Linear(3, 2)
    layer.load_state_dict({"weight": weight, "bias": bias})
    layer.register_full_backward_hook(halve)
    loss = (layer(x**2) ** 2).mean()
    loss.backward()
    gradients = {name: parameter.grad for name, parameter in layer.named_parameters()}
    return loss, {"x": x.grad, **gradients}
