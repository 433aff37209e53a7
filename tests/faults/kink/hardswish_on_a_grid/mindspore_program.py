import mindspore as ms
from mindspore import ops


def net(x, weight):
    y = ops.hardswish(x / 2)
    return (y.mean((0, 2, 3)) * weight).sum() + 0.1 * (y**2).mean(), y


def program(x, weight):
    (_, y), (dx, dw) = ms.value_and_grad(net, (0, 1), has_aux=True)(x, weight)
    return {"y": y}, {"x": dx, "weight": dw}
