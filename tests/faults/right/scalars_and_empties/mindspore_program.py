import mindspore as ms
from mindspore import ops


def net(a, b, x):
    y = (x * a + b).reshape(1, 4)
    return ops.exp(a * b) + (y**2).mean(), y


def program(a, b, x, none):
    (loss, y), (da, db, dx) = ms.value_and_grad(net, (0, 1, 2), has_aux=True)(a, b, x)
    return {"loss": loss, "y": y}, {"a": da, "b": db, "x": dx}
