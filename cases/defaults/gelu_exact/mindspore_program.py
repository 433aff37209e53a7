import mindspore as ms
from mindspore import nn


def program(x):
    y, dx = ms.value_and_grad(nn.GELU(approximate=False))(x)
    return y, {"x": dx}
