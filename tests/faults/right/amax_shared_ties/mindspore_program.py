import mindspore as ms
from mindspore import ops


def net(x, w):
    return (ops.amax(x, 1) * w).sum() + (ops.amin(x, 1) ** 2).sum()


def program(x, w):
    loss, (dx, dw) = ms.value_and_grad(net, (0, 1))(x, w)
    return loss, {"x": dx, "w": dw}
