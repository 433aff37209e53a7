import mindspore as ms
from mindspore import ops


def net(x, w):
    y = ops.sigmoid(ops.matmul(x, w))
    return (y**2).sum(), y


def program(x, w):
    (loss, y), (dx, dw) = ms.value_and_grad(net, (0, 1), has_aux=True)(x, w)
    return {"loss": loss, "y": y}, {"x": dx, "w": dw}
