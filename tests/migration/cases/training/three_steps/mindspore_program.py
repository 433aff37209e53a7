import mindspore as ms
from mindspore import nn

from port.attention import Attention


def program(x, query, key, value):
    head = Attention(query, key, value)
    optimizer = nn.SGD(head.trainable_params(), learning_rate=0.1)

    def forward(x):
        return head(x).square().mean()

    step = ms.value_and_grad(forward, None, optimizer.parameters)
    for _ in range(3):
        loss, gradients = step(x)
        yield loss, {weight.name: each for weight, each in zip(optimizer.parameters, gradients)}
        optimizer(gradients)
