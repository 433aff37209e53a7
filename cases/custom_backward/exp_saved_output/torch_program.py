import torch


class Exp(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        out = torch.exp(x)
        ctx.save_for_backward(out)
        return out

    @staticmethod
    def backward(ctx, dout):
        (out,) = ctx.saved_tensors
        return dout * out


def program(x):
    z = Exp.apply(x) ** 2
    z.sum().backward()
    return z, {"x": x.grad}
