import mindspore as ms
from mindspore import ops


def net(x, y, row):
    h = (x * 2 + y) * y
    h = ops.cat([h[:1], row.reshape(1, 6), h[2:]], 0)
    h = ops.cat([h[:, :2], h[:, 2:4] * 3, h[:, 4:]], 1)
    return (h**2).sum(), h


def program(x, y, row):
    (_, h), grads = ms.value_and_grad(net, (0, 1, 2), has_aux=True)(x, y, row)
    return h, dict(zip(("x", "y", "row"), grads, strict=True))
