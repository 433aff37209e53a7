import mindspore as ms
from mindspore import ops


def net(x, w):
    y = ops.softmax(x, 1)
    return (y * w).sum() + ops.logsumexp(x, 1).sum(), y


def program(x, w):
    (_, y), (dx, dw) = ms.value_and_grad(net, (0, 1), has_aux=True)(x, w)
    return {"y": y}, {"x": dx, "w": dw}
