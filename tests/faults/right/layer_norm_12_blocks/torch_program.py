import torch
from torch import nn


def program(x, w, gamma, beta):
    norm = nn.LayerNorm(8)
    norm.load_state_dict({"weight": gamma, "bias": beta})
    h = x
    for layer in w:
        h = h + torch.relu(norm(h) @ layer)
    loss = (h**2).sum()
    loss.backward()
    return loss, {"x": x.grad, "w": w.grad, "gamma": norm.weight.grad, "beta": norm.bias.grad}
