import numpy as np
import torch


class Sort(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.order = np.argsort(x.numpy())
        return torch.from_numpy(x.numpy()[ctx.order])

    @staticmethod
    def backward(ctx, dout):
        dx = torch.zeros_like(dout)
        dx[ctx.order] = dout
        return dx


def program(x, weight):
    z = (Sort.apply(x) * weight).sum() + (x**2).sum()
    z.backward()
    return z, {"x": x.grad, "weight": weight.grad}
