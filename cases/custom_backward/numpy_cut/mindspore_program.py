import mindspore as ms
import numpy as np


def sort(x):
    return ms.Tensor(np.sort(x.asnumpy()))


def net(x, weight):
    return (sort(x) * weight).sum() + (x**2).sum()


def program(x, weight):
    z, (dx, dweight) = ms.value_and_grad(net, grad_position=(0, 1))(x, weight)
    return z, {"x": dx, "weight": dweight}
