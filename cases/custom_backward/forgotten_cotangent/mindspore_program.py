import mindspore as ms
from mindspore import nn, ops


class Exp(nn.Cell):
    def construct(self, x):
        return ops.exp(x)

    def bprop(self, x, out, dout):
        return (out,)


def program(x):
    exp = Exp()

    def net(x):
        return exp(x) ** 2

    z, dx = ms.value_and_grad(net)(x)
    return z, {"x": dx}
