import torch
from torch import nn


def program(x, target, weight, bias):
    model = nn.Linear(3, 2)
    model.load_state_dict({"weight": weight, "bias": bias})
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    for _ in range(3):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), target)
        loss.backward()
        optimizer.step()
        yield (
            {"loss": loss, "parameters": dict(model.named_parameters())},
            {name: parameter.grad for name, parameter in model.named_parameters()},
        )
