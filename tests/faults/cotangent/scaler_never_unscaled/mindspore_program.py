import mindspore as ms
from mindspore import nn, ops

SCALE = 128.0


def program(x, y, w1, w2):
    net = nn.SequentialCell(
        nn.Dense(4, 6, weight_init=w1, has_bias=False), nn.ReLU(), nn.Dense(6, 2, weight_init=w2, has_bias=False)
    )
    params = net.trainable_params()
    optimizer = nn.SGD(params, learning_rate=1e-3)

    def forward(inputs, target):
        return ops.huber_loss(net(inputs), target) * SCALE

    grad_fn = ms.value_and_grad(forward, None, params)
    for inputs, target in zip(x, y, strict=False):
        loss, grads = grad_fn(inputs, target)
        optimizer(grads)
        yield {"loss": loss / SCALE}, {p.name: g for p, g in zip(params, grads, strict=False)}
