import torch
from torch.nn import functional as F


class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.view_as(x)

    @staticmethod
    def backward(ctx, dout):
        return -dout


def program(x, kernel, head, domain):
    features = F.conv2d(x, kernel).relu().mean((2, 3))
    logits = Reverse.apply(features) @ head
    loss = F.cross_entropy(logits, domain)
    loss.backward()
    return {"loss": loss, "logits": logits}, {"kernel": kernel.grad, "head": head.grad}
