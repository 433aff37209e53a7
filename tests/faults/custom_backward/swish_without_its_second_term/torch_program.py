import torch


class Swish(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * torch.sigmoid(x)

    @staticmethod
    def backward(ctx, dout):
        (x,) = ctx.saved_tensors
        gate = torch.sigmoid(x)
        return dout * (gate + x * gate * (1 - gate))


def program(x, w1, w2):
    loss = (Swish.apply(x @ w1) @ w2).pow(2).mean()
    loss.backward()
    return loss, {"x": x.grad, "w1": w1.grad, "w2": w2.grad}
