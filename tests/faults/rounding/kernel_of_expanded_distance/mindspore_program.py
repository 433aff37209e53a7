import mindspore as ms
from mindspore import ops


def net(a, b, alpha):
    square = (a**2).sum(-1, keepdims=True) + (b**2).sum(-1) - 2 * ops.matmul(a, b.T)
    kernel = ops.exp(-square / 2)
    return (kernel * alpha).sum()


def program(a, b, alpha):
    da, db, dalpha = ms.grad(net, (0, 1, 2))(a, b, alpha)
    return {"a": da, "b": db, "alpha": dalpha}
