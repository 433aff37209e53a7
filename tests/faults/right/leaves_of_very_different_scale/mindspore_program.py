import mindspore as ms
from mindspore import ops


def net(a, b, c):
    return (1e-18 * a**3).sum() + ops.sin(b).sum() + (1e12 * c * ops.stop_gradient(a)).sum()


def program(a, b, c):
    da, db, dc = ms.grad(net, (0, 1, 2))(a, b, c)
    return {}, {"a": da, "b": db, "c": dc}
