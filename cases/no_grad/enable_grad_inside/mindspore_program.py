import mindspore as ms
from mindspore import ops


def net(x, y):
    constant = ops.stop_gradient(x**2 + y)
    recorded = x**2 + y
    return recorded * constant, constant, recorded


def program(x, y):
    (_, constant, recorded), (dx, dy) = ms.value_and_grad(net, (0, 1), has_aux=True)(x, y)
    return (constant, recorded), {"x": dx, "y": dy}
