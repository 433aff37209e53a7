import mindspore as ms
from mindspore import nn


def program(x):
    layer = nn.Dropout(p=0.2).set_train(False)

    def net(x):
        return layer(x) ** 2

    y, dx = ms.value_and_grad(net)(x)
    return y, {"x": dx}
