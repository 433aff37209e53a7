import mindspore as ms
from mindspore import nn


def program(x, w1, w2, w3):
    net = nn.SequentialCell(
        nn.Dense(5, 6, weight_init=w1, has_bias=False),
        nn.SeLU(),
        nn.Dense(6, 6, weight_init=w2, has_bias=False),
        nn.SeLU(),
        nn.Dense(6, 2, weight_init=w3, has_bias=False),
    )
    parameters = net.trainable_params()

    def forward(x):
        return net(x).abs().mean()

    loss, (dx, grads) = ms.value_and_grad(forward, 0, parameters)(x)
    return loss, {"x": dx} | {p.name: g for p, g in zip(parameters, grads, strict=True)}
