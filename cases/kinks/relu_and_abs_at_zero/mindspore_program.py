import mindspore as ms
from mindspore import ops


def net(x):
    return ops.relu(x) * 5 + ops.abs(x)


def program(x):
    y, dx = ms.value_and_grad(net)(x)
    return y, {"x": dx}
