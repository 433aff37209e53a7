import mindspore as ms
from mindspore import nn


class Scale(nn.Cell):
    def __init__(self, weight):
        super().__init__()
        self.weight = ms.Parameter(weight, name="weight")

    def construct(self, x):
        return x * self.weight


def program(x, weight):
    layer = Scale(weight)

    def forward(factor):
        return (layer(x) * factor**2).sum()

    value_and_grad = ms.value_and_grad(forward, 0, layer.trainable_params())
    z, (dfactor, (dweight,)) = value_and_grad(ms.Tensor(layer.weight.asnumpy()))
    return z, {"factor": dfactor, "weight": dweight}
