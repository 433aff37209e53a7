import torch


class ClipGradient(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, bound):
        ctx.bound = bound
        return x.clone()

    @staticmethod
    def backward(ctx, dout):
        return dout.clamp(-ctx.bound, ctx.bound), None


def program(x):
    z = (ClipGradient.apply(x, 1.0) ** 3).sum()
    z.backward()
    return z, {"x": x.grad}
