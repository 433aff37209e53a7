import mindspore as ms
from mindspore import nn, ops


class Unit(nn.Cell):
    def construct(self, x):
        return x / (x**2).sum(1, keepdims=True).sqrt()

    def bprop(self, x, out, dout):
        norm = (x**2).sum(1, keepdims=True).sqrt()
        g = ops.ones_like(dout)
        return ((g - out * (out * g).sum(1, keepdims=True)) / norm,)


def program(x, w):
    unit = Unit()

    def net(x, w):
        return ops.sigmoid(ops.matmul(unit(x), w)).sum()

    loss, (dx, dw) = ms.value_and_grad(net, (0, 1))(x, w)
    return loss, {"x": dx, "w": dw}
