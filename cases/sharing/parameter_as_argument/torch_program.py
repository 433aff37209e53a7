import torch
from torch import nn


class Scale(nn.Module):
    def __init__(self, weight):
        super().__init__()
        self.weight = nn.Parameter(weight)

    def forward(self, x):
        return x * self.weight


def program(x, weight):
    layer = Scale(weight)
    factor = layer.weight.detach().requires_grad_()
    z = (layer(x) * factor**2).sum()
    dfactor, dweight = torch.autograd.grad(z, (factor, layer.weight))
    return z, {"factor": dfactor, "weight": dweight}
