import mindspore as ms
from mindspore import ops


def net(x):
    return ops.norm(x)


def gradient_times_x(x):
    return (ms.grad(net)(x) * x).sum()


@ms.jit
def second(x):
    return ms.grad(gradient_times_x)(x)


def program(x):
    return net(x), {"first": ms.grad(net)(x), "second": second(x)}
