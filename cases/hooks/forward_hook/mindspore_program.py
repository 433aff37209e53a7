import mindspore as ms
from mindspore import nn


def square(cell, inputs, output):
    return output**2


def program(x, weight, bias):
    layer = nn.Dense(3, 2, weight_init=weight, bias_init=bias)
    layer.register_forward_hook(square)

    def forward(x):
        return layer(x).mean()

    parameters = layer.trainable_params()
    loss, (dx, gradients) = ms.value_and_grad(forward, 0, parameters)(x)
    named = {parameter.name: gradient for parameter, gradient in zip(parameters, gradients, strict=True)}
    return loss, {"x": dx, **named}
