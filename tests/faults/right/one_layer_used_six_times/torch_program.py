import torch
from torch import nn


def program(x, weight, bias):
    layer = nn.Linear(5, 5, dtype=x.dtype)
    layer.load_state_dict({"weight": weight, "bias": bias})
    h = x
    for _ in range(6):
        h = h + torch.sin(layer(h))
    loss = h.prod(1).sum()
    loss.backward()
    return loss, {"x": x.grad} | {n: p.grad for n, p in layer.named_parameters()}
