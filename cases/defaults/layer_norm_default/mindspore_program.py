import mindspore as ms
from mindspore import nn


def program(x, weight, bias):
    layer = nn.LayerNorm((6,), gamma_init=weight, beta_init=bias)

    def forward(x):
        y = layer(x)
        return (y**2).mean(), y

    (_, y), (dx, (dgamma, dbeta)) = ms.value_and_grad(forward, 0, [layer.gamma, layer.beta], has_aux=True)(x)
    return y, {"x": dx, "weight": dgamma, "bias": dbeta}
