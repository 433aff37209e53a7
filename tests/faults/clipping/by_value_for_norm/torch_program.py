import torch
from torch import nn


def program(x, labels, w1, b1, w2, b2):
    net = nn.Sequential(nn.Linear(5, 6), nn.ReLU(), nn.Linear(6, 3))
    net.load_state_dict({"0.weight": w1, "0.bias": b1, "2.weight": w2, "2.bias": b2})
    optimizer = torch.optim.SGD(net.parameters(), lr=0.3)
    for _ in range(3):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(net(x), labels)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 0.1)
        optimizer.step()
        yield {"loss": loss}, {name: p.grad for name, p in net.named_parameters()}
