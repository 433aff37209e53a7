import mindspore as ms
from mindspore import ops


def net(x):
    return (ops.cat([x, 2 * x]) ** 3).sum()


def gradient_times_x(x):
    return (ms.grad(net)(x) * x).sum()


def program(x):
    return net(x), {"first": ms.grad(net)(x), "second": ms.grad(gradient_times_x)(x)}
