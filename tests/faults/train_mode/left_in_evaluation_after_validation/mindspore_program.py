import mindspore as ms
from mindspore import nn, ops


class Net(nn.Cell):
    def __init__(self, w1, w2, b2):
        super().__init__()
        self.fc1 = nn.Dense(6, 10, has_bias=False, weight_init=w1)
        self.norm = nn.BatchNorm1d(10)
        self.fc2 = nn.Dense(10, 3, weight_init=w2, bias_init=b2)

    def construct(self, x):
        return self.fc2(ops.relu(self.norm(self.fc1(x))))


NAMES = {"norm.gamma": "norm.weight", "norm.beta": "norm.bias"}


def program(x, labels, w1, gamma, beta, w2, b2):
    net = Net(w1, w2, b2)
    net.norm.gamma.set_data(gamma)
    net.norm.beta.set_data(beta)
    net.set_train()
    optimizer = nn.SGD(net.trainable_params(), learning_rate=0.1)

    def forward(x, labels):
        return ops.cross_entropy(net(x), labels)

    value_and_grad = ms.value_and_grad(forward, None, optimizer.parameters)
    for step in range(3):
        net.set_train(False)
        accuracy = (net(x[0]).argmax(1) == labels[0]).float().mean()
        loss, gradients = value_and_grad(x[step], labels[step])
        optimizer(gradients)
        yield (
            {"loss": loss, "accuracy": accuracy},
            {NAMES.get(p.name, p.name): g for p, g in zip(optimizer.parameters, gradients, strict=True)},
        )
