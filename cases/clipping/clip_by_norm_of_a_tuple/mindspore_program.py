import mindspore as ms
from mindspore import ops


def net(a, b):
    return ((a**2).sum() + (b**2).sum()) / 2


def program(a, b, norm_type):
    loss, gradients = ms.value_and_grad(net, (0, 1))(a, b)
    da, db = ops.clip_by_norm(gradients, 2.0, norm_type)
    return loss, {"a": da, "b": db}
