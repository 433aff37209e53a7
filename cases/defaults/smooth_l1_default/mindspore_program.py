import mindspore as ms
from mindspore import nn


def program(x, target):
    loss, dx = ms.value_and_grad(nn.SmoothL1Loss())(x, target)
    return loss, {"x": dx}
