import mindspore as ms
from mindspore import nn


def program(x):
    pool = nn.MaxPool2d(2)

    def net(x):
        return pool(x) ** 2

    y, dx = ms.value_and_grad(net)(x)
    return y, {"x": dx}
