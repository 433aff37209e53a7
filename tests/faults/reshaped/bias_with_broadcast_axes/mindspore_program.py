import mindspore as ms
from mindspore import Parameter, nn, ops


class Affine(nn.Cell):
    def __init__(self, scale, shift):
        super().__init__()
        self.scale = Parameter(scale.reshape(1, -1, 1, 1), name="scale")
        self.shift = Parameter(shift.reshape(1, -1, 1, 1), name="shift")

    def construct(self, x):
        return ops.exp(-ops.square(x * self.scale + self.shift)).mean()


def program(x, scale, shift):
    net = Affine(scale, shift)
    loss, (dx, grads) = ms.value_and_grad(net, 0, net.trainable_params())(x)
    return loss, {"x": dx} | {p.name: g for p, g in zip(net.trainable_params(), grads, strict=False)}
