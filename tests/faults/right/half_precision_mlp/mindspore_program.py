import mindspore as ms
from mindspore import ops


def net(x, w1, w2):
    y = ops.matmul(ops.relu(ops.matmul(x, w1)), w2)
    return (y * y).sum(), y


def program(x, w1, w2):
    (_, y), grads = ms.value_and_grad(net, (0, 1, 2), has_aux=True)(x, w1, w2)
    return {"y": y}, dict(zip(("x", "w1", "w2"), grads, strict=True))
