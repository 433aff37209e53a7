import torch
from torch import nn


def program(x, weight, bias, steps):
    linear = nn.Linear(4, 5)
    linear.load_state_dict({"weight": weight, "bias": bias})
    optimizer = torch.optim.SGD(linear.parameters(), lr=0.2)
    for _ in range(steps):
        optimizer.zero_grad()
        out = linear(x.detach().movedim(1, -1)).movedim(-1, 1)
        loss = out.relu().square().mean()
        loss.backward()
        optimizer.step()
        yield {"out": out}, {"weight": linear.weight.grad.clone(), "bias": linear.bias.grad.clone()}
