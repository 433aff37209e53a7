import torch
from torch import nn


def program(x, target, w1, w2, head):
    backbone = nn.Sequential(
        nn.Linear(5, 7, bias=False),
        nn.BatchNorm1d(7),
        nn.Tanh(),
        nn.Linear(7, 7, bias=False),
        nn.BatchNorm1d(7),
        nn.ReLU(),
    )
    top = nn.Linear(7, 2, bias=False)
    with torch.no_grad():
        backbone[0].weight.copy_(w1)
        backbone[3].weight.copy_(w2)
        top.weight.copy_(head)
    loss = nn.functional.l1_loss(top(backbone(x)), target)
    loss.backward()
    return loss, {"w1": backbone[0].weight.grad, "w2": backbone[3].weight.grad, "head": top.weight.grad, "x": x.grad}
