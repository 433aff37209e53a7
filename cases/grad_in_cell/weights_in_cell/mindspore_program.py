import mindspore as ms
from mindspore import nn


class GradNetWrtWeights(nn.Cell):
    def __init__(self, net):
        super().__init__()
        self.net = net
        self.weights = ms.ParameterTuple(net.trainable_params())

    def construct(self, *inputs):
        return ms.grad(self.net, grad_position=None, weights=self.weights)(*inputs)


def program(x, target, weight, bias):
    net = nn.WithLossCell(nn.Dense(3, 2, weight_init=weight, bias_init=bias), nn.MSELoss())
    dweight, dbias = GradNetWrtWeights(net)(x, target)
    return net(x, target), {"weight": dweight, "bias": dbias}
