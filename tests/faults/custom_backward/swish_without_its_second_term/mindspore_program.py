import mindspore as ms
from mindspore import nn, ops


class Swish(nn.Cell):
    def construct(self, x):
        return x * ops.sigmoid(x)

    def bprop(self, x, out, dout):
        gate = ops.sigmoid(x)
        return (dout * gate,)


def program(x, w1, w2):
    swish = Swish()

    def net(x, w1, w2):
        return ops.matmul(swish(ops.matmul(x, w1)), w2).pow(2).mean()

    loss, (dx, dw1, dw2) = ms.value_and_grad(net, (0, 1, 2))(x, w1, w2)
    return loss, {"x": dx, "w1": dw1, "w2": dw2}
