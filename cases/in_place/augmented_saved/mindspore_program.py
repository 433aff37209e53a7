import mindspore as ms
from mindspore import ops


def net(x):
    y = ops.exp(x)
    y += 1
    return y.sum()


def program(x):
    z, dx = ms.value_and_grad(net)(x)
    return z, {"x": dx}
