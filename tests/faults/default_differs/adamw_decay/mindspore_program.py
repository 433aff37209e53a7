import mindspore as ms
from mindspore import nn


def program(x, target, w1, w2):
    net = nn.SequentialCell(
        nn.Dense(4, 6, has_bias=False, weight_init=w1), nn.ReLU(), nn.Dense(6, 2, has_bias=False, weight_init=w2)
    )
    optimizer = nn.AdamWeightDecay(net.trainable_params(), learning_rate=0.02)

    def forward(x, target):
        return ((net(x) - target) ** 2).mean()

    value_and_grad = ms.value_and_grad(forward, None, net.trainable_params())
    for _ in range(2):
        loss, gradients = value_and_grad(x, target)
        optimizer(gradients)
        yield {"loss": loss, "w1": net[0].weight, "w2": net[2].weight}, {"w1": gradients[0], "w2": gradients[1]}
