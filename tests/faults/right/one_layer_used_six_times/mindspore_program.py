import mindspore as ms
from mindspore import nn, ops


def program(x, weight, bias):
    layer = nn.Dense(5, 5, weight_init=weight, bias_init=bias, dtype=x.dtype)

    def net(x):
        h = x
        for _ in range(6):
            h = h + ops.sin(layer(h))
        return ops.prod(h, 1).sum()

    loss, (dx, (dweight, dbias)) = ms.value_and_grad(net, 0, layer.trainable_params())(x)
    return loss, {"x": dx, "weight": dweight, "bias": dbias}
