import mindspore as ms
from mindspore import ops


def net(x, w):
    z = ops.exp(ops.Complex()(ops.sin(x), w))
    return ops.real(ops.abs(z)).sum() + (ops.real(z) * ops.imag(z)).sum()


def program(x, w):
    loss, (dx, dw) = ms.value_and_grad(net, (0, 1))(x, w)
    return loss, {"x": dx, "w": dw}
