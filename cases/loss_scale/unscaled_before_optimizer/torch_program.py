import torch
from torch import nn


def program(x, target, weight):
    model = nn.Linear(3, 2, bias=False)
    model.load_state_dict({"weight": weight})
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    loss = nn.functional.mse_loss(model(x), target)
    (loss * 1024).backward()
    for parameter in model.parameters():
        parameter.grad /= 1024
    optimizer.step()
    return {"loss": loss, "weight": model.weight}, {"weight": model.weight.grad}
