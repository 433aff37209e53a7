import torch


class Gate(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, scale):
        ctx.save_for_backward(x, scale)
        return torch.exp(x.clamp(max=1)) * scale

    @staticmethod
    def backward(ctx, dout):
        x, scale = ctx.saved_tensors
        e = torch.exp(x.clamp(max=1))
        return dout * e * scale * (x < 1), (dout * e).sum(0)


def program(x, scale):
    y = Gate.apply(x, scale)
    (y**2).sum().backward()
    return y, {"x": x.grad, "scale": scale.grad}
