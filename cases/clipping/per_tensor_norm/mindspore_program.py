import mindspore as ms
from mindspore import nn


def net(a, b):
    return ((a**2).sum() + (b**2).sum()) / 2


def program(a, b):
    loss, gradients = ms.value_and_grad(net, (0, 1))(a, b)
    clip = nn.ClipByNorm()
    da, db = (clip(gradient, ms.Tensor(2.0)) for gradient in gradients)
    return loss, {"a": da, "b": db}
