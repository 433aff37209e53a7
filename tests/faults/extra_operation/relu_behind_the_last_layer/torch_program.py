import torch
from torch import nn


def program(x, target, w1, b1, w2, b2):
    net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
    net.load_state_dict({"0.weight": w1, "0.bias": b1, "2.weight": w2, "2.bias": b2})
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    for step in range(3):
        optimizer.zero_grad()
        loss = ((net(x[step]) - target[step]) ** 2).mean()
        loss.backward()
        optimizer.step()
        yield loss, {name: p.grad for name, p in net.named_parameters()}
