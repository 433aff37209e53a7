import mindspore as ms
from mindspore import nn, ops


def program(left, right, weight, bias):
    encoder = nn.Dense(3, 2, weight_init=weight, bias_init=bias)

    def forward(left, right):
        return ((encoder(left) - ops.relu(encoder(right))) ** 2).sum(1).mean()

    parameters = encoder.trainable_params()
    distance, ((dleft, dright), gradients) = ms.value_and_grad(forward, (0, 1), parameters)(left, right)
    named = {parameter.name: gradient for parameter, gradient in zip(parameters, gradients, strict=True)}
    return distance, {"left": dleft, "right": dright, **named}
