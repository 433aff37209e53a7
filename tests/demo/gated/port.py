"""The port."""

import mindspore as ms
from mindspore import nn, ops


class Gated(nn.Cell):
    def __init__(self, weight, gate):
        super().__init__()
        self.weight = ms.Parameter(weight, name="weight")
        self.gate = ms.Parameter(gate, name="gate")

    def construct(self, x):
        return ops.matmul(x, self.weight.T) * ops.sigmoid(ops.matmul(x, self.gate.T))


def step(x, weight, gate):
    """As in layer.py."""
    layer = Gated(weight, gate)
    parameters = layer.trainable_params()

    def forward(x):
        return layer(x).square().mean()

    loss, (dx, of_parameters) = ms.value_and_grad(forward, 0, parameters)(x)
    return loss, {"x": dx, **{each.name: gradient for each, gradient in zip(parameters, of_parameters, strict=True)}}
