import mindspore as ms
from mindspore import nn


def program(x, weight, bias):
    layer = nn.Conv2d(3, 4, 3, stride=2, pad_mode="pad", padding=1, has_bias=True, weight_init=weight, bias_init=bias)

    def forward(x):
        y = layer(x)
        return (y**2).mean(), y

    (_, y), (dx, (dweight, dbias)) = ms.value_and_grad(forward, 0, [layer.weight, layer.bias], has_aux=True)(x)
    return y, {"x": dx, "weight": dweight, "bias": dbias}
