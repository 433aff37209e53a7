import mindspore as ms
from mindspore import nn
from mindspore.amp import StaticLossScaler, all_finite


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
    loss_scale = StaticLossScaler(1024.0)

    def forward_fn(x, y):
        loss, logits = net(x, y)
        return loss_scale.scale(loss), logits

    value_and_grad_func = ms.value_and_grad(forward_fn, None, net.trainable_params(), has_aux=True)
    (loss, logits), grads = value_and_grad_func(x, y)
    yield {"loss": loss, "logits": logits}, {"fc.weight": grads[0]}
    loss = loss_scale.unscale(loss)
    grads = loss_scale.unscale(grads)
    yield {"loss": loss, "finite": all_finite(grads)}, {"fc.weight": grads[0]}
