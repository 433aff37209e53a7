from torch import nn


def program(x, weight, bias):
    net = nn.Linear(3, 2)
    net.load_state_dict({"weight": weight, "bias": bias})
    for parameter in net.parameters():
        parameter.register_hook(lambda gradient: gradient.clamp(-1, 1))
    loss = (net(x) ** 2).mean()
    loss.backward()
    return loss, {name: parameter.grad for name, parameter in net.named_parameters()}
