import torch
from torch import nn


def program(x, target, w1, b1, w2, b2):
    net = nn.Sequential(nn.Linear(4, 5), nn.Sigmoid(), nn.Linear(5, 2))
    net.load_state_dict({"0.weight": w1, "0.bias": b1, "2.weight": w2, "2.bias": b2})
    velocity = [torch.zeros_like(p) for p in net.parameters()]
    for _ in range(3):
        net.zero_grad()
        loss = nn.functional.l1_loss(net(x), target)
        loss.backward()
        yield loss, {name: p.grad.clone() for name, p in net.named_parameters()}
        with torch.no_grad():
            for p, v in zip(net.parameters(), velocity, strict=True):
                v.mul_(0.9).add_(p.grad)
                p -= 0.3 * v
