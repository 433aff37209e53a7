from torch import nn


def program(x, target, weight, bias):
    net = nn.Linear(3, 2)
    net.load_state_dict({"weight": weight, "bias": bias})
    loss = nn.functional.mse_loss(net(x), target)
    loss.backward()
    return loss, {name: parameter.grad for name, parameter in net.named_parameters()}
