import mindspore as ms
from mindspore import nn


def program(x, **weights):
    net = nn.LSTM(3, 5, num_layers=2)
    parameters = net.trainable_params()
    for parameter in parameters:
        parameter.set_data(weights[parameter.name])

    def forward(x):
        out, (_, c) = net(x)
        return (out**2).mean() + c.mean()

    loss, (dx, gradients) = ms.value_and_grad(forward, 0, parameters)(x)
    return loss, {"x": dx} | {p.name: g for p, g in zip(parameters, gradients, strict=True)}
