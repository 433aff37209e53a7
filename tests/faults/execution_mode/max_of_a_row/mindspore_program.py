import mindspore as ms
from mindspore import ops


def net(x, weight):
    h = ops.matmul(x, weight)
    top = h.max(1)[0]
    return (top**2).sum()


def program(x, weight):
    loss, (dx, dw) = ms.value_and_grad(net, (0, 1))(x, weight)
    return {"loss": loss}, {"x": dx, "weight": dw}
