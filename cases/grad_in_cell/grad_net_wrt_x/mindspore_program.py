import mindspore as ms
from mindspore import nn, ops


class Net(nn.Cell):
    def __init__(self, z):
        super().__init__()
        self.z = ms.Parameter(z, name="z")

    def construct(self, x, y):
        return ops.matmul(x * self.z, y)


class GradNetWrtX(nn.Cell):
    def __init__(self, net):
        super().__init__()
        self.net = net

    def construct(self, x, y):
        return ms.grad(self.net)(x, y)


def program(x, y, z):
    net = Net(z)
    return net(x, y), {"x": GradNetWrtX(net)(x, y)}
