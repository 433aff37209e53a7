import mindspore as ms
from mindspore import nn, ops


class MeanSquare(nn.Cell):
    def __init__(self, net):
        super().__init__(auto_prefix=False)
        self.net = net

    def construct(self, x):
        return (self.net(x) ** 2).mean()


def program(x, weight, bias):
    net = MeanSquare(nn.Dense(3, 2, weight_init=weight, bias_init=bias))
    parameters = ms.ParameterTuple(net.trainable_params())
    gradients = ops.GradOperation(get_by_list=True)(net, parameters)(x)
    return net(x), {parameter.name: gradient for parameter, gradient in zip(parameters, gradients, strict=True)}
