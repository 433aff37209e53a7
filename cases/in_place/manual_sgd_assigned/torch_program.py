import torch
from torch import nn


def program(x, target, weight, bias):
    net = nn.Linear(3, 2)
    net.load_state_dict({"weight": weight, "bias": bias})
    for _ in range(3):
        net.zero_grad()
        loss = nn.functional.mse_loss(net(x), target)
        loss.backward()
        yield loss, {name: p.grad for name, p in net.named_parameters()}
        with torch.no_grad():
            for p in net.parameters():
                p -= 0.1 * p.grad
