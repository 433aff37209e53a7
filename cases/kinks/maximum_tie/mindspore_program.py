import mindspore as ms
from mindspore import ops


def net(x, y, weight):
    return ops.maximum(x, y) * weight


def program(x, y, weight):
    z, (dx, dy) = ms.value_and_grad(net, grad_position=(0, 1))(x, y, weight)
    return z, {"x": dx, "y": dy}
