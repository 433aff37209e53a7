import mindspore as ms
from mindspore import ops


def net(x, y):
    return (x**2 * y).sum()


def program(x, y):
    gradients = {"by GradOperation": ops.GradOperation()(net)(x, y), "by ms.grad": ms.grad(net)(x, y)}
    return net(x, y), gradients
