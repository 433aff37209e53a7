import torch
from torch import nn


def program(x, target, w1, b1, w2, b2):
    net = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 2))
    net.load_state_dict({"0.weight": w1, "0.bias": b1, "2.weight": w2, "2.bias": b2})
    optimizer = torch.optim.RMSprop(net.parameters(), lr=0.01, alpha=0.95)
    for _ in range(5):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(net(x), target)
        loss.backward()
        yield loss, {name: p.grad.clone() for name, p in net.named_parameters()}
        optimizer.step()
