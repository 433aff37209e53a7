import mindspore as ms
from mindspore import nn, ops


def program(batches, labels, w1, b1, w2, b2):
    net = nn.SequentialCell(nn.Dense(5, 8), nn.ReLU(), nn.Dense(8, 4))
    for parameter, value in zip(net.trainable_params(), (w1, b1, w2, b2), strict=False):
        parameter.set_data(value)
    parameters = net.trainable_params()
    optimizer = nn.SGD(parameters, learning_rate=0.05)

    def forward(x, y):
        return ops.cross_entropy(net(x), y)

    grad_fn = ms.value_and_grad(forward, None, parameters)
    for x, y in zip(batches, labels, strict=False):
        loss, gradients = grad_fn(x, y)
        optimizer(gradients)
        yield {"loss": loss}, {p.name: g for p, g in zip(parameters, gradients, strict=False)}
