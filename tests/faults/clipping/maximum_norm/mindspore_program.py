import mindspore as ms
from mindspore import nn, ops


def program(x, labels, w1, b1, w2, b2):
    net = nn.SequentialCell(
        nn.Dense(5, 6, weight_init=w1, bias_init=b1), nn.ReLU(), nn.Dense(6, 3, weight_init=w2, bias_init=b2)
    )
    optimizer = nn.SGD(net.trainable_params(), learning_rate=0.3)

    def forward(x):
        return ops.cross_entropy(net(x), labels)

    value_and_grad = ms.value_and_grad(forward, None, optimizer.parameters)
    for _ in range(3):
        loss, gradients = value_and_grad(x)
        gradients = ops.clip_by_global_norm(gradients, 0.1)
        optimizer(gradients)
        yield {"loss": loss}, {p.name: g for p, g in zip(optimizer.parameters, gradients, strict=True)}
