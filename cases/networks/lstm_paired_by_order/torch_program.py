from torch import nn


def program(x, target, **weights):
    net = nn.LSTM(4, 4, num_layers=2)
    net.load_state_dict(weights)
    _, (h, _) = net(x)
    loss = ((h[-1] - target) ** 2).mean()
    loss.backward()
    return loss, {name: parameter.grad for name, parameter in net.named_parameters()}
