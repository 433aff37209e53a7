from torch import nn


def program(x, labels):
    net = nn.Sequential(nn.Linear(5, 16), nn.ReLU(), nn.Linear(16, 3))
    logits = net(x)
    loss = nn.functional.cross_entropy(logits, labels)
    loss.backward()
    return loss, {name: p.grad for name, p in net.named_parameters()} | {"x": x.grad}
