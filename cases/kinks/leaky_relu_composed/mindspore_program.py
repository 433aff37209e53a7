import mindspore as ms
from mindspore import ops


def net(x):
    return ops.where(x > 0, x, 0.01 * x)


def program(x):
    y, dx = ms.value_and_grad(net)(x)
    return y, {"x": dx}
