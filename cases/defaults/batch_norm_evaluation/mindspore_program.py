import mindspore as ms
from mindspore import nn


def program(x, weight, bias):
    layer = nn.BatchNorm2d(3, momentum=0.9, gamma_init=weight, beta_init=bias)
    layer.set_train(False)

    def forward(x):
        y = layer(x)
        return (y**3).mean(), y

    (_, y), (dx, (dgamma, dbeta)) = ms.value_and_grad(forward, 0, [layer.gamma, layer.beta], has_aux=True)(x)
    statistics = {"mean": layer.moving_mean, "variance": layer.moving_variance}
    return {"y": y, **statistics}, {"x": dx, "weight": dgamma, "bias": dbeta}
