import mindspore as ms
from mindspore import nn, ops

NAMES = ("user.weight", "user.bias", "item.weight", "item.bias")


class TwoTowers(nn.Cell):
    def __init__(self):
        super().__init__()
        self.item = nn.Dense(4, 6)
        self.user = nn.Dense(4, 6)

    def construct(self, user, item):
        return (ops.relu(self.user(user)) * self.item(item)).sum(1)


def program(user, item, clicked, user_weight, user_bias, item_weight, item_bias):
    net = TwoTowers()
    net.user.weight.set_data(user_weight)
    net.user.bias.set_data(user_bias)
    net.item.weight.set_data(item_weight)
    net.item.bias.set_data(item_bias)

    def forward(user, item, clicked):
        score = net(user, item)
        return (ops.softplus(score) - clicked * score).mean()

    loss, grads = ms.value_and_grad(forward, None, net.trainable_params())(user, item, clicked)
    return {"loss": loss}, dict(zip(NAMES, grads, strict=False))
