import mindspore as ms
from mindspore import nn


def program(x, y, w1, b1, w2, b2):
    net = nn.SequentialCell(
        nn.Dense(5, 8, weight_init=w1, bias_init=b1), nn.ReLU(), nn.Dense(8, 4, weight_init=w2, bias_init=b2)
    )
    criterion = nn.BCEWithLogitsLoss()
    optimizer = nn.SGD(net.trainable_params(), learning_rate=0.2)

    def forward(x, y):
        return criterion(net(x), y)

    step = ms.value_and_grad(forward, None, optimizer.parameters)
    for start, stop in ((0, 6), (6, 12), (12, 14)):
        loss, grads = step(x[start:stop], y[start:stop])
        yield {"loss": loss}, {p.name: g for p, g in zip(optimizer.parameters, grads, strict=True)}
        optimizer(grads)
