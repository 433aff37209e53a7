import mindspore as ms
from mindspore import ops


def attend(q, k, v):
    weights = ops.softmax(ops.matmul(q, k.swapaxes(2, 3)) / 2, -1)
    out = ops.matmul(weights, v).swapaxes(1, 2).reshape(2, 3, 12)
    return (out**2).sum(-1).mean(), out


def program(query, key, value):
    heads = [t.swapaxes(1, 2) for t in (query, key, value)]
    (_, out), grads = ms.value_and_grad(attend, (0, 1, 2), has_aux=True)(*heads)
    return {"out": out}, dict(zip(("query", "key", "value"), grads, strict=False))
