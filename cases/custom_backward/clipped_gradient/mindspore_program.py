import mindspore as ms
from mindspore import nn, ops


class ClipGradient(nn.Cell):
    def __init__(self, bound):
        super().__init__()
        self.bound = bound

    def construct(self, x):
        return x

    def bprop(self, x, out, dout):
        return (ops.clamp(dout, -self.bound, self.bound),)


def program(x):
    clip = ClipGradient(1.0)

    def net(x):
        return (clip(x) ** 3).sum()

    z, dx = ms.value_and_grad(net)(x)
    return z, {"x": dx}
