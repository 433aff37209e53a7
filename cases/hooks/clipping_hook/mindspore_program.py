import mindspore as ms
from mindspore import nn, ops


def clip(gradient):
    return ops.clamp(gradient, -1.0, 1.0)


def program(x, weight, bias):
    net = nn.Dense(3, 2, weight_init=weight, bias_init=bias)
    parameters = net.trainable_params()
    for parameter in parameters:
        parameter.register_hook(clip)

    def forward(x):
        return (net(x) ** 2).mean()

    loss, gradients = ms.value_and_grad(forward, None, parameters)(x)
    return loss, {parameter.name: gradient for parameter, gradient in zip(parameters, gradients, strict=True)}
