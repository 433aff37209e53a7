import mindspore as ms
from mindspore import nn, ops


def program(x, target, weight, bias):
    net = nn.Dense(3, 2, weight_init=weight, bias_init=bias)
    parameters = net.trainable_params()

    def forward(x, target):
        return ops.mse_loss(net(x), target)

    value_and_grad = ms.value_and_grad(forward, None, parameters)
    for _ in range(3):
        loss, gradients = value_and_grad(x, target)
        yield loss, {p.name: gradient for p, gradient in zip(parameters, gradients, strict=True)}
        for p, gradient in zip(parameters, gradients, strict=True):
            p -= 0.1 * gradient
