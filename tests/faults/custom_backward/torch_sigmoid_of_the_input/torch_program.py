import torch


class Sigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        out = 1 / (1 + torch.exp(-x))
        ctx.save_for_backward(x)
        return out

    @staticmethod
    def backward(ctx, dout):
        (out,) = ctx.saved_tensors
        return dout * out * (1 - out)


def program(x, w):
    y = Sigmoid.apply(x @ w)
    loss = (y**2).sum()
    loss.backward()
    return {"loss": loss, "y": y}, {"x": x.grad, "w": w.grad}
