import torch
from torch.nn import functional as F


def program(low, skip, kernel):
    up = F.interpolate(low, scale_factor=2, mode="nearest")
    out = F.conv2d(torch.cat((up, skip), dim=1), kernel).relu()
    loss = (out**2).mean()
    loss.backward()
    return {"out": out}, {"low": low.grad, "skip": skip.grad, "kernel": kernel.grad}
