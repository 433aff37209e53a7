import torch


class Round(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return torch.round(x)

    @staticmethod
    def backward(ctx, dout):
        return dout


def program(x, weight):
    z = (Round.apply(x) ** 2 * weight).sum()
    z.backward()
    return z, {"x": x.grad, "weight": weight.grad}
