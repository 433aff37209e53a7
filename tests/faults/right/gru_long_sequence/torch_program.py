from torch import nn


def program(x, **weights):
    net = nn.GRU(3, 4)
    net.load_state_dict(weights)
    _, h = net(x)
    loss = (h**2).sum()
    loss.backward()
    return loss, {"x": x.grad} | {name: p.grad for name, p in net.named_parameters()}
