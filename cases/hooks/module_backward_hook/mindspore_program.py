import mindspore as ms
from mindspore import nn


def halve(cell, grad_input, grad_output):
    return (grad_input[0] / 2,)


def program(x, weight, bias):
    layer = nn.Dense(3, 2, weight_init=weight, bias_init=bias)
    layer.register_backward_hook(halve)

    def forward(x):
        return (layer(x**2) ** 2).mean()

    parameters = layer.trainable_params()
    loss, (dx, gradients) = ms.value_and_grad(forward, 0, parameters)(x)
    named = {parameter.name: gradient for parameter, gradient in zip(parameters, gradients, strict=True)}
    return loss, {"x": dx, **named}
