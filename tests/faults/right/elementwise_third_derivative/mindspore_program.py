import mindspore as ms
from mindspore import ops


def net(x):
    return ops.sin(x) * ops.log(x) + x**4


def program(x):
    first = ms.grad(net)
    second = ms.grad(first)
    third = ms.grad(second)
    return {}, {"first": first(x), "second": second(x), "third": third(x)}
