import mindspore as ms
from mindspore import nn, ops


class Net(nn.Cell):
    def __init__(self, w1, b1, w2, b2):
        super().__init__()
        self.hidden = nn.Dense(6, 12, weight_init=w1, bias_init=b1)
        self.drop = nn.Dropout(p=0.25)
        self.head = nn.Dense(12, 4, weight_init=w2, bias_init=b2)

    def construct(self, x):
        return self.head(self.drop(ops.relu(self.hidden(x))))


def program(x, labels, w1, b1, w2, b2):
    net = Net(w1, b1, w2, b2).set_train()
    optimizer = nn.SGD(net.trainable_params(), learning_rate=0.2, momentum=0.9)

    def forward(x, labels):
        return ops.cross_entropy(net(x), labels)

    value_and_grad = ms.value_and_grad(forward, None, optimizer.parameters)
    for _ in range(3):
        loss, gradients = value_and_grad(x, labels)
        optimizer(gradients)
        yield {"loss": loss}, {p.name: g for p, g in zip(optimizer.parameters, gradients, strict=True)}
