import torch
from torch.nn import functional as F


def program(images, kernel, head):
    h = torch.relu(F.conv2d(images, kernel))
    h = F.dropout2d(h, 0.3, training=True)
    y = h.mean((2, 3)) @ head
    loss = F.softplus(y).mean()
    loss.backward()
    return {"y": y}, {"images": images.grad, "kernel": kernel.grad, "head": head.grad}
