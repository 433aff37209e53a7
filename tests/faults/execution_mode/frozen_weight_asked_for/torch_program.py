import torch
from torch import nn


def program(x, frozen, head):
    f, h = nn.Linear(4, 5, bias=False), nn.Linear(5, 2, bias=False)
    f.load_state_dict({"weight": frozen})
    h.load_state_dict({"weight": head})
    y = h(torch.sin(f(x)))
    (y**2).sum().backward()
    return {"y": y}, {"frozen": f.weight.grad, "head": h.weight.grad}
