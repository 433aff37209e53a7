import mindspore as ms
from mindspore import ops


def net(x, weight):
    return ops.cumprod(x, 0) * weight


def program(x, weight):
    y, dx = ms.value_and_grad(net)(x, weight)
    return y, {"x": dx}
