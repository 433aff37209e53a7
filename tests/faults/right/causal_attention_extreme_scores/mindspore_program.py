import mindspore as ms
import numpy as np
from mindspore import ops


def net(x, wqkv, wo):
    future = ms.Tensor(np.triu(np.ones((5, 5), bool), 1))
    qkv = ops.matmul(x, wqkv)
    q = qkv[:, :, :8].reshape(2, 5, 2, 4).swapaxes(1, 2)
    k = qkv[:, :, 8:16].reshape(2, 5, 2, 4).swapaxes(1, 2)
    v = qkv[:, :, 16:].reshape(2, 5, 2, 4).swapaxes(1, 2)
    scores = ops.matmul(q, k.swapaxes(-1, -2)) / 2
    scores = ops.masked_fill(scores, future, float("-inf"))
    y = ops.matmul(ops.matmul(ops.softmax(scores, -1), v).swapaxes(1, 2).reshape(2, 5, 8), wo)
    return (y**2).mean(), y


def program(x, wqkv, wo):
    (loss, y), grads = ms.value_and_grad(net, (0, 1, 2), has_aux=True)(x, wqkv, wo)
    return {"loss": loss, "y": y}, dict(zip(("x", "wqkv", "wo"), grads, strict=True))
