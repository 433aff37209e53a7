import mindspore as ms
from mindspore import ops


def cell(weight_ih, weight_hh, c, x, h):
    gates = ops.matmul(x, weight_ih.T) + ops.matmul(h, weight_hh.T)
    i, f, o, g = ops.chunk(gates, 4, axis=1)
    c1 = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)
    h1 = ops.sigmoid(o) * ops.tanh(c1)
    return ops.square(h1).mean(), h1, c1


def program(x, h, c, weight_ih, weight_hh):
    (_, h1, c1), grads = ms.value_and_grad(cell, (0, 1, 2), has_aux=True)(weight_ih, weight_hh, c, x, h)
    return {"h": h1, "c": c1}, dict(zip(("weight_ih", "weight_hh", "c"), grads, strict=False))
