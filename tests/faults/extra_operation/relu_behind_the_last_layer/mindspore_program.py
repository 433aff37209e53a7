import mindspore as ms
from mindspore import nn


def program(x, target, w1, b1, w2, b2):
    net = nn.SequentialCell(
        nn.Dense(4, 8, weight_init=w1, bias_init=b1, activation="relu"),
        nn.ReLU(),
        nn.Dense(8, 2, weight_init=w2, bias_init=b2, activation="relu"),
    )
    optimizer = nn.SGD(net.trainable_params(), learning_rate=0.1)

    def forward(x, target):
        return ((net(x) - target) ** 2).mean()

    value_and_grad = ms.value_and_grad(forward, None, optimizer.parameters)
    for step in range(3):
        loss, gradients = value_and_grad(x[step], target[step])
        optimizer(gradients)
        yield loss, {p.name: g for p, g in zip(optimizer.parameters, gradients, strict=True)}
