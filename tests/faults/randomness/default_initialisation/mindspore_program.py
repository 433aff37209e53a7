import mindspore as ms
from mindspore import nn, ops


def program(x, labels):
    net = nn.SequentialCell(nn.Dense(5, 16), nn.ReLU(), nn.Dense(16, 3))
    weights = net.trainable_params()

    def forward(x):
        return ops.cross_entropy(net(x), labels)

    loss, (dx, gradients) = ms.value_and_grad(forward, 0, weights)(x)
    return loss, {p.name: g for p, g in zip(weights, gradients, strict=True)} | {"x": dx}
