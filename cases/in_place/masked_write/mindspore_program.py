import mindspore as ms
from mindspore import ops


def net(x):
    y = x**2
    y = ops.where(x < 0, ops.zeros_like(y), y)
    return (y**2).sum()


def program(x):
    z, dx = ms.value_and_grad(net)(x)
    return z, {"x": dx}
