import torch
from torch import nn
from torch.nn import functional as F


def program(images, kernel, head):
    pool = nn.MaxPool2d(2)
    h = pool(torch.sigmoid(F.conv2d(images, kernel)))
    y = h.mean((2, 3)) @ head
    loss = (y**2).sum()
    loss.backward()
    return {"y": y}, {"images": images.grad, "kernel": kernel.grad, "head": head.grad}
