import torch
from torch import nn


def program(x, target, weight, bias):
    model = nn.Linear(4, 3)
    model.load_state_dict({"weight": weight, "bias": bias})
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02)
    criterion = nn.MSELoss()
    for _ in range(3):
        optimizer.zero_grad()
        loss = criterion(model(x), target)
        loss.backward()
        optimizer.step()
        yield {"loss": loss}, {"weight": model.weight.grad.clone(), "bias": model.bias.grad.clone()}
