import mindspore as ms
from mindspore import ops


def inner(a, b):
    product = ops.matmul(a.reshape(1, -1), b.reshape(-1, 1))
    return ops.real(product).sum() / 4


def program(a, b):
    loss, (da, db) = ms.value_and_grad(inner, (0, 1))(a, b)
    return loss, {"a": da, "b": db}
