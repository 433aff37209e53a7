import mindspore as ms
from mindspore import nn


def program(x):
    y, dx = ms.value_and_grad(nn.LeakyReLU(alpha=0.01))(x)
    return y, {"x": dx}
