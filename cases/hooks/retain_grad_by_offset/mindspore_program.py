import mindspore as ms
from mindspore import ops


def net(x, offset):
    h = x**2 + offset
    return (h**3).sum()


def program(x):
    z, (dx, dh) = ms.value_and_grad(net, grad_position=(0, 1))(x, ops.zeros_like(x))
    return z, {"x": dx, "h": dh}
