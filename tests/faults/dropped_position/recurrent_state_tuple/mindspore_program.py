import mindspore as ms
from mindspore import ops


def cell(x, state, w):
    h, c = state
    gate = ops.sigmoid(ops.matmul(ops.cat([x, h], 1), w))
    c = c * gate + (1 - gate)
    return (gate * ops.sin(c)).sum()


def program(x, h, c, w):
    loss, (dx, *dstate) = ms.value_and_grad(cell, (0, 1, 2))(x, (h, c), w)
    gradients = {"x": dx}
    for name, gradient in zip(("h", "c", "w"), dstate, strict=False):
        gradients[name] = gradient
    return loss, gradients
