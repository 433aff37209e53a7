import mindspore as ms
from mindspore import ops


def net(a, b):
    return ((a**2).sum() + (b**2).sum()) / 2


def program(a, b, max_norm):
    loss, gradients = ms.value_and_grad(net, (0, 1))(a, b)
    da, db = ops.clip_by_global_norm(gradients, max_norm)
    return loss, {"a": da, "b": db}
