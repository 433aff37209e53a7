import mindspore as ms
from mindspore import nn


class SumAndProduct(nn.Cell):
    def construct(self, x, y):
        return x + y, x * y

    def bprop(self, x, y, out, dout):
        dsum, dproduct = dout
        return dsum + dproduct * y, dsum + dproduct * x


def program(x, y):
    sum_and_product = SumAndProduct()

    def net(x, y):
        total, product = sum_and_product(x, y)
        return (total**2 + 3 * product).sum()

    z, (dx, dy) = ms.value_and_grad(net, grad_position=(0, 1))(x, y)
    return z, {"x": dx, "y": dy}
