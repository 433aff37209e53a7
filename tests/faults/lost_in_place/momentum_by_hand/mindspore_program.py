import mindspore as ms
from mindspore import nn, ops


def program(x, target, w1, b1, w2, b2):
    net = nn.SequentialCell(
        nn.Dense(4, 5, weight_init=w1, bias_init=b1), nn.Sigmoid(), nn.Dense(5, 2, weight_init=w2, bias_init=b2)
    )
    parameters = net.trainable_params()
    velocity = [ops.zeros_like(p) for p in parameters]

    def forward(x, target):
        return ops.l1_loss(net(x), target)

    step = ms.value_and_grad(forward, None, parameters)
    for _ in range(3):
        loss, grads = step(x, target)
        yield loss, {p.name: g for p, g in zip(parameters, grads, strict=True)}
        velocity = [0.9 * v + g for v, g in zip(velocity, grads, strict=True)]
        for p, v in zip(parameters, velocity, strict=True):
            p -= 0.3 * v
