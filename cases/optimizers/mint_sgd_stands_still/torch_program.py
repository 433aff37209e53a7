import torch
from torch import nn


def program(x, target, weight, bias):
    net = nn.Linear(3, 2)
    net.load_state_dict({"weight": weight, "bias": bias})
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    for _ in range(5):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(net(x), target)
        loss.backward()
        optimizer.step()
        yield (
            {"loss": loss, "parameters": dict(net.named_parameters())},
            {name: parameter.grad for name, parameter in net.named_parameters()},
        )
