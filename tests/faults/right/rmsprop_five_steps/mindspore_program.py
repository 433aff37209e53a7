import mindspore as ms
from mindspore import nn, ops
from mindspore.experimental import optim


def program(x, target, w1, b1, w2, b2):
    net = nn.SequentialCell(
        nn.Dense(4, 6, weight_init=w1, bias_init=b1), nn.ReLU(), nn.Dense(6, 2, weight_init=w2, bias_init=b2)
    )
    optimizer = optim.RMSprop(net.trainable_params(), lr=0.01, alpha=0.95)
    parameters = net.trainable_params()

    def forward(x, target):
        return ops.mse_loss(net(x), target)

    step = ms.value_and_grad(forward, None, parameters)
    for _ in range(5):
        loss, grads = step(x, target)
        yield loss, {p.name: g for p, g in zip(parameters, grads, strict=True)}
        optimizer(grads)
