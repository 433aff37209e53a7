import mindspore as ms
from mindspore import nn


class Scale(nn.Cell):
    def __init__(self, weight):
        super().__init__()
        self.weight = ms.Parameter(weight, name="weight")

    def construct(self, x):
        return x * self.weight

    def bprop(self, x, out, dout):
        return (dout * self.weight,)


def program(x, weight):
    scale = Scale(weight)

    def net(x):
        return (scale(x) ** 2).sum()

    z, (dx, (dweight,)) = ms.value_and_grad(net, 0, scale.trainable_params())(x)
    return z, {"x": dx, "weight": dweight}
