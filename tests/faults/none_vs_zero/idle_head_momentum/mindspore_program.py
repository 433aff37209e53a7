import mindspore as ms
from mindspore import nn, ops


class Net(nn.Cell):
    def __init__(self, trunk, head_a, head_b):
        super().__init__()
        self.trunk = ms.Parameter(trunk, name="trunk")
        self.head_a = ms.Parameter(head_a, name="head_a")
        self.head_b = ms.Parameter(head_b, name="head_b")

    def construct(self, x, first):
        h = ops.sigmoid(ops.matmul(x, self.trunk.T))
        if first:
            return (h * self.head_a).sum(1)
        return (h * self.head_b).sum(1)


def program(x, target, trunk, head_a, head_b):
    net = Net(trunk, head_a, head_b)
    optimizer = nn.SGD(net.trainable_params(), learning_rate=0.1, momentum=0.9)

    def forward(x, target, first):
        return ops.mse_loss(net(x, first), target)

    value_and_grad = ms.value_and_grad(forward, None, optimizer.parameters)
    for step in range(4):
        loss, gradients = value_and_grad(x[step], target[step], step % 2 == 0)
        optimizer(gradients)
        parameters = {p.name: p for p in net.trainable_params()}
        yield {"loss": loss, "parameters": parameters}, {"trunk": gradients[0]}
