import torch
from torch.nn import functional as F


def program(x, k):
    h = x
    for kernel in k:
        h = h + F.conv2d(torch.relu(h), kernel, padding=1)
    loss = h.abs().mean()
    loss.backward()
    return loss, {"x": x.grad, "k": k.grad}
