import mindspore as ms
from mindspore import nn, ops


class Net(nn.Cell):
    def __init__(self, weight):
        super().__init__()
        self.weight = ms.Parameter(weight, name="weight")

    def construct(self, x, target, squared):
        error = ops.sigmoid(ops.matmul(x, self.weight.T)) - target
        if squared:
            return (error**2).mean()
        return error.abs().mean()


def program(x, target, weight):
    net = Net(weight)
    value_and_grad = ms.value_and_grad(net, None, net.trainable_params())
    for step in range(4):
        loss, (dw,) = value_and_grad(x[step], target[step], step % 2 == 0)
        yield {"loss": loss, "weight": net.weight}, {"weight": dw}
        net.weight.set_data(net.weight - 0.5 * dw)
