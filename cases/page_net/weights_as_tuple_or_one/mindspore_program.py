import mindspore as ms
from mindspore import nn


class Net(nn.Cell):
    def __init__(self, in_channel, out_channel):
        super().__init__()
        self.fc = nn.Dense(in_channel, out_channel, has_bias=False)
        self.loss = nn.MSELoss()

    def construct(self, x, y):
        logits = self.fc(x).squeeze()
        loss = self.loss(logits, y)
        return loss, logits


def program(x, y, weight):
    net = Net(3, 1)
    net.fc.weight.set_data(weight)
    parameters = net.trainable_params()
    (of_tuple,), _ = ms.grad(net, None, ms.ParameterTuple(parameters), has_aux=True)(x, y)
    (of_list,), _ = ms.grad(net, None, parameters, has_aux=True)(x, y)
    of_one, (logits,) = ms.grad(net, None, net.fc.weight, has_aux=True)(x, y)
    return logits, {"as ParameterTuple": of_tuple, "as list": of_list, "as one": of_one}
