import mindspore as ms
from mindspore import ops


def net(x, y, w):
    return ((ops.relu(x) + ops.abs(y) * 2 + ops.maximum(x, y) - ops.minimum(x, y) * 3) * w).sum()


def program(x, y, w):
    loss, grads = ms.value_and_grad(net, (0, 1, 2))(x, y, w)
    return loss, dict(zip(("x", "y", "w"), grads, strict=True))
