import mindspore as ms
from mindspore import ops


def attention(query, key, value, wq, wk):
    scores = ops.matmul(ops.matmul(query, wq), ops.matmul(key, wk).swapaxes(1, 2)) / 2
    return ops.matmul(ops.softmax(scores, -1), value).pow(2).sum()


def program(x, wq, wk):
    loss, grads = ms.value_and_grad(attention, (0, 1, 2, 3, 4))(x, x, x, wq, wk)
    return loss, dict(zip(("query", "key", "value", "wq", "wk"), grads, strict=True))
