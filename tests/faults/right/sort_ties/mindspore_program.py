import mindspore as ms
from mindspore import ops


def net(x, w):
    y, order = ops.sort(x)
    return (y * w).sum(), y, order


def program(x, w):
    (_, y, order), (dx, dw) = ms.value_and_grad(net, (0, 1), has_aux=True)(x, w)
    return {"y": y, "order": order.astype(ms.int64)}, {"x": dx, "w": dw}
