import mindspore as ms

from port.feed_forward import FeedForward


def program(x, up, down):
    layer = FeedForward(up, down)
    weights = layer.trainable_params()

    def forward(x):
        return layer(x).square().mean()

    loss, (dx, dweights) = ms.value_and_grad(forward, 0, weights)(x)
    return loss, {"x": dx, **{weight.name: each for weight, each in zip(weights, dweights)}}
