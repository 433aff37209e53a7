import mindspore as ms
from mindspore import nn, ops


class Net(nn.Cell):
    def __init__(self, weight):
        super().__init__()
        self.weight = ms.Parameter(weight, name="weight")
        self.temperature = 2.0

    def construct(self, x):
        return ops.softmax(ops.matmul(x, self.weight.T) / self.temperature, -1)


def program(x, target, weight):
    net = Net(weight)

    def forward(x, target):
        return ((net(x) - target) ** 2).mean()

    value_and_grad = ms.value_and_grad(forward, None, net.trainable_params())
    for _ in range(3):
        loss, (dw,) = value_and_grad(x, target)
        yield {"loss": loss}, {"weight": dw}
        net.temperature *= 0.7
