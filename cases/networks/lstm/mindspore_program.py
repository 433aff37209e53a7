import mindspore as ms
from mindspore import nn


def program(x, target, **weights):
    net = nn.LSTM(3, 4, num_layers=2)
    parameters = {parameter.name: parameter for parameter in net.trainable_params()}
    for name, parameter in parameters.items():
        parameter.set_data(weights[name])

    def forward(x, target):
        _, (h, c) = net(x)
        return ((h[-1] - target) ** 2).mean(), h, c

    value_and_grad = ms.value_and_grad(forward, 0, list(parameters.values()), has_aux=True)
    (loss, h, c), (dx, gradients) = value_and_grad(x, target)
    return {"loss": loss, "h": h, "c": c}, {"x": dx, **dict(zip(parameters, gradients, strict=True))}
