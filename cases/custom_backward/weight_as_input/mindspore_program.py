import mindspore as ms
from mindspore import nn


class Scale(nn.Cell):
    def construct(self, x, weight):
        return x * weight

    def bprop(self, x, weight, out, dout):
        return dout * weight, dout * x


class Net(nn.Cell):
    def __init__(self, weight):
        super().__init__()
        self.weight = ms.Parameter(weight, name="weight")
        self.scale = Scale()

    def construct(self, x):
        return (self.scale(x, self.weight) ** 2).sum()


def program(x, weight):
    net = Net(weight)
    z, (dx, (dweight,)) = ms.value_and_grad(net, 0, net.trainable_params())(x)
    return z, {"x": dx, "weight": dweight}
