import mindspore as ms
from mindspore import ops


def net(x, a):
    return ops.sin((a * x).sum(1)).sum() * (x**2).sum()


def program(x, a):
    return {}, {"first": ms.grad(net)(x, a), "hessian": ms.jacrev(ms.grad(net))(x, a)}
