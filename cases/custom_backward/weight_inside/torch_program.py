import torch


class Scale(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight):
        ctx.save_for_backward(x, weight)
        return x * weight

    @staticmethod
    def backward(ctx, dout):
        x, weight = ctx.saved_tensors
        return dout * weight, dout * x


def program(x, weight):
    weight = torch.nn.Parameter(weight)
    z = (Scale.apply(x, weight) ** 2).sum()
    z.backward()
    return z, {"x": x.grad, "weight": weight.grad}
