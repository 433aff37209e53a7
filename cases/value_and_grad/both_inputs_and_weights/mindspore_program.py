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
    value_and_grad_func = ms.value_and_grad(net, grad_position=(0, 1), weights=net.trainable_params(), has_aux=True)
    (loss, logits), ((dx, dy), (dweight,)) = value_and_grad_func(x, y)
    return (loss, logits), {"x": dx, "y": dy, "fc.weight": dweight}
