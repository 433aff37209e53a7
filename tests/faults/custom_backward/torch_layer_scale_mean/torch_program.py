import torch


class Centre(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, gain):
        centred = x - x.mean(-1, keepdim=True)
        ctx.save_for_backward(centred, gain)
        return centred * gain

    @staticmethod
    def backward(ctx, dout):
        centred, gain = ctx.saved_tensors
        dcentred = dout * gain
        return dcentred, (dout * centred).sum((0, 1))


def program(x, gain):
    loss = (Centre.apply(x, gain) ** 3).mean()
    loss.backward()
    return loss, {"x": x.grad, "gain": gain.grad}
