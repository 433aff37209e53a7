import mindspore as ms
from mindspore import ops


def net(mask, x, y):
    return ops.where(mask, x**2, y**3)


def program(mask, x, y):
    z, (dx, dy) = ms.value_and_grad(net, grad_position=(1, 2))(mask, x, y)
    return z, {"x": dx, "y": dy}
