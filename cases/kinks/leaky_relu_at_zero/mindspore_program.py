import mindspore as ms
from mindspore import ops


def net(x):
    return ops.leaky_relu(x, 0.01)


def program(x):
    y, dx = ms.value_and_grad(net)(x)
    return y, {"x": dx}
