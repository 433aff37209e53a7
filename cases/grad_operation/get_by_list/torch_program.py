from torch import nn


def program(x, weight, bias):
    net = nn.Linear(3, 2)
    net.load_state_dict({"weight": weight, "bias": bias})
    loss = (net(x) ** 2).mean()
    loss.backward()
    return loss, {name: parameter.grad for name, parameter in net.named_parameters()}
