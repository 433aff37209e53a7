import mindspore as ms
from mindspore import ops


def net(x, weight):
    y = x * ops.rsqrt(x.pow(2).mean(-1, keep_dims=True) + 1e-9)
    return (y * weight).sum(), y


def program(x, weight):
    (_, y), dx = ms.value_and_grad(net, has_aux=True)(x, weight)
    return y, {"x": dx}
