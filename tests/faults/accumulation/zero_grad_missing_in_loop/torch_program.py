import torch
from torch import nn


def program(batches, labels, w1, b1, w2, b2):
    net = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 4))
    net.load_state_dict({"0.weight": w1, "0.bias": b1, "2.weight": w2, "2.bias": b2})
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
    for x, y in zip(batches, labels, strict=False):
        loss = nn.functional.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()
        yield {"loss": loss}, {name: p.grad.clone() for name, p in net.named_parameters()}
