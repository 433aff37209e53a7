import mindspore as ms
from mindspore import ops


def reorder(t):
    r, z, n = ops.chunk(t, 3, axis=-1)
    return ops.cat((z, r, n), axis=-1)


def gru(h0, w_x, w_h, b, x):
    h = h0
    for t in range(2):
        xz, xr, xn = ops.split(ops.matmul(x[t], w_x) + b, 4, 1)
        hz, hr, hn = ops.split(ops.matmul(h, w_h), 4, 1)
        z = ops.sigmoid(xz + hz)
        pre = xn + ops.sigmoid(xr + hr) * hn
        n = pre / (1 + ops.abs(pre))
        h = (1 - z) * n + z * h
    return (h**2).sum(), h


def program(x, h0, w_x, w_h, b):
    grad_fn = ms.value_and_grad(gru, (0, 1, 2, 3), has_aux=True)
    (_, h), grads = grad_fn(h0, reorder(w_x), reorder(w_h), reorder(b), x)
    return h, dict(zip(("h0", "w_x", "w_h", "b"), grads, strict=False))
