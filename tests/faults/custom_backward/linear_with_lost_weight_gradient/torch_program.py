import torch
from torch.nn import functional as F


def program(x, weight, bias):
    y = F.linear(x, weight, bias)
    loss = torch.logsumexp(y, -1).sum()
    loss.backward()
    return loss, {"x": x.grad, "weight": weight.grad, "bias": bias.grad}
