import torch
from torch import nn


def program(x, labels, weight, bias):
    model = nn.Linear(7, 3)
    model.load_state_dict({"weight": weight, "bias": bias})
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for inputs, label in zip(x, labels, strict=False):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(inputs), label)
        loss.backward()
        optimizer.step()
        yield loss, {"weight": model.weight.grad.clone(), "bias": model.bias.grad.clone()}
