from torch import nn


def program(x, **weights):
    net = nn.LSTM(3, 5, num_layers=2)
    net.load_state_dict(weights)
    out, (_h, c) = net(x)
    loss = (out**2).mean() + c.mean()
    loss.backward()
    return loss, {"x": x.grad} | {name: p.grad for name, p in net.named_parameters()}
