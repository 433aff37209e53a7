import torch
from torch import nn


def program(x, y, weight, bias):
    model = nn.Linear(4, 2)
    model.load_state_dict({"weight": weight, "bias": bias})
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    for inputs, target in zip(x, y, strict=False):
        optimizer.zero_grad()
        loss = nn.functional.smooth_l1_loss(model(inputs), target)
        loss.backward()
        optimizer.step()
        yield loss, {name: p.grad.clone() for name, p in model.named_parameters()}
