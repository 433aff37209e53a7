import torch
from torch import nn


def program(x, target, w1, w2):
    net = nn.Sequential(nn.Linear(4, 6, bias=False), nn.ReLU(), nn.Linear(6, 2, bias=False))
    net.load_state_dict({"0.weight": w1, "2.weight": w2})
    optimizer = torch.optim.AdamW(net.parameters(), lr=0.02)
    for _ in range(2):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(net(x), target)
        loss.backward()
        optimizer.step()
        yield (
            {"loss": loss, "w1": net[0].weight, "w2": net[2].weight},
            {"w1": net[0].weight.grad, "w2": net[2].weight.grad},
        )
