import mindspore as ms
from mindspore import ops


def net(x, y):
    recorded = x**2 + y
    not_recorded = ops.stop_gradient(x**2 + y)
    return recorded * not_recorded, recorded, not_recorded


def program(x, y):
    (_, recorded, not_recorded), (dx, dy) = ms.value_and_grad(net, (0, 1), has_aux=True)(x, y)
    return (recorded, not_recorded), {"x": dx, "y": dy}
