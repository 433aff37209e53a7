import mindspore as ms
from mindspore import nn, ops
from mindspore.experimental import optim


def program(x, target, weight, bias):
    net = nn.Dense(3, 2, weight_init=weight, bias_init=bias)
    parameters = net.trainable_params()
    optimizer = optim.AdamW(parameters, lr=0.01, eps=0.1, weight_decay=0.0)

    def forward(x, target):
        return ops.mse_loss(net(x), target)

    value_and_grad = ms.value_and_grad(forward, None, parameters)
    for _ in range(5):
        loss, gradients = value_and_grad(x, target)
        optimizer(gradients)
        yield (
            {"loss": loss, "parameters": {parameter.name: parameter for parameter in parameters}},
            {parameter.name: gradient for parameter, gradient in zip(parameters, gradients, strict=True)},
        )
