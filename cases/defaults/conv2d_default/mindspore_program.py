import mindspore as ms
from mindspore import nn


def program(x, weight, bias):
    layer = nn.Conv2d(3, 4, 3, weight_init=weight)

    def forward(x):
        y = layer(x)
        return (y**2).mean(), y

    (_, y), (dx, (dweight,)) = ms.value_and_grad(forward, 0, [layer.weight], has_aux=True)(x)
    return y, {"x": dx, "weight": dweight, "bias": None}
