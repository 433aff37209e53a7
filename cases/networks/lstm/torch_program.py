from torch import nn


def program(x, target, **weights):
    net = nn.LSTM(3, 4, num_layers=2)
    net.load_state_dict(weights)
    _, (h, c) = net(x)
    loss = ((h[-1] - target) ** 2).mean()
    loss.backward()
    gradients = {name: parameter.grad for name, parameter in net.named_parameters()}
    return {"loss": loss, "h": h, "c": c}, {"x": x.grad, **gradients}
