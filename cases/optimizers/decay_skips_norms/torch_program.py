import torch
from torch import nn


def program(x, target, gamma, beta):
    net = nn.LayerNorm(3)
    net.load_state_dict({"weight": gamma, "bias": beta})
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, weight_decay=0.1)
    for _ in range(5):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(net(x), target)
        loss.backward()
        optimizer.step()
        parameters = {"gamma": net.weight, "beta": net.bias}
        yield (
            {"loss": loss, "parameters": parameters},
            {name: parameter.grad for name, parameter in parameters.items()},
        )
