import mindspore as ms
from mindspore import nn, ops


class Net(nn.Cell):
    def __init__(self, w1, w2, b2):
        super().__init__()
        self.fc1 = nn.Dense(6, 8, weight_init=w1, has_bias=False)
        self.fc2 = nn.Dense(8, 3, weight_init=w2, bias_init=b2)

    def construct(self, x):
        return self.fc2(ops.relu(self.fc1(x)))


def program(x, labels, w1, w2, b2):
    net = Net(w1, w2, b2)
    optimizer = nn.SGD(net.trainable_params(), learning_rate=0.1, momentum=0.5)

    def forward_fn(inputs, label):
        logits = net(inputs)
        return ops.cross_entropy(logits, label), logits

    grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
    for inputs, label in zip(x, labels, strict=False):
        (loss, logits), grads = grad_fn(inputs, label)
        optimizer(grads)
        yield {"loss": loss, "logits": logits}, {p.name: g for p, g in zip(optimizer.parameters, grads, strict=False)}
