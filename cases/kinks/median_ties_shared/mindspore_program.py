import mindspore as ms
from mindspore import ops


def net(x):
    middle, _ = ops.median(ops.stop_gradient(x))
    tied = (x == middle).astype(x.dtype)
    return ((x * tied).sum() / tied.sum()) ** 2


def program(x):
    y, dx = ms.value_and_grad(net)(x)
    return y, {"x": dx}
