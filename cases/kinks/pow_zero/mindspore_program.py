import mindspore as ms
from mindspore import ops


def net(x, exponent):
    return ops.pow(x, exponent)


def program(x, exponent):
    y, dx = ms.value_and_grad(net)(x, exponent)
    return y, {"x": dx}
