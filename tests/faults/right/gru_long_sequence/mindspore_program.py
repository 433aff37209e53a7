import mindspore as ms
from mindspore import nn


def program(x, **weights):
    net = nn.GRU(3, 4)
    parameters = net.trainable_params()
    for parameter in parameters:
        parameter.set_data(weights[parameter.name])

    def forward(x):
        _, h = net(x)
        return (h**2).sum()

    loss, (dx, gradients) = ms.value_and_grad(forward, 0, parameters)(x)
    return loss, {"x": dx} | {p.name: g for p, g in zip(parameters, gradients, strict=True)}
