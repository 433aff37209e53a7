import mindspore as ms

from port.attention import Attention


def program(x, query, key, value):
    head = Attention(query, key, value)
    weights = head.trainable_params()

    def forward(x):
        return head(x).square().mean()

    loss, (dx, dweights) = ms.value_and_grad(forward, 0, weights)(x)
    return loss, {"x": dx, **{weight.name: each for weight, each in zip(weights, dweights)}}
