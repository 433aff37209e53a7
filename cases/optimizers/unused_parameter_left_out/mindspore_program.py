import mindspore as ms
from mindspore import nn, ops


class Net(nn.Cell):
    def __init__(self, weight, spare):
        super().__init__()
        self.weight = ms.Parameter(weight, name="weight")
        self.spare = ms.Parameter(spare, name="spare")

    def construct(self, x):
        return ops.matmul(x, self.weight.T)


def program(x, target, weight, spare):
    net = Net(weight, spare)
    parameters = [net.weight]
    optimizer = nn.SGD(parameters, learning_rate=0.1, weight_decay=0.1)

    def forward(x, target):
        return ops.mse_loss(net(x), target)

    value_and_grad = ms.value_and_grad(forward, None, parameters)
    for _ in range(5):
        loss, gradients = value_and_grad(x, target)
        optimizer(gradients)
        yield {"loss": loss, "weight": net.weight, "spare": net.spare}, {"weight": gradients[0]}
