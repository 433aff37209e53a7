from torch import nn


def triple(module, grad_output):
    return (3 * grad_output[0],)


def program(x, weight, bias):
    layer = nn.Linear(3, 2)
    layer.load_state_dict({"weight": weight, "bias": bias})
    layer.register_full_backward_pre_hook(triple)
    loss = (layer(x**2) ** 2).mean()
    loss.backward()
    gradients = {name: parameter.grad for name, parameter in layer.named_parameters()}
    return loss, {"x": x.grad, **gradients}
