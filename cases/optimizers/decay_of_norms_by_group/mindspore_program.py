import mindspore as ms
from mindspore import nn, ops


def program(x, target, gamma, beta):
    net = nn.LayerNorm((3,), gamma_init=gamma, beta_init=beta, epsilon=1e-5)
    parameters = net.trainable_params()
    optimizer = nn.SGD([{"params": parameters, "weight_decay": 0.1}], learning_rate=0.1)

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
