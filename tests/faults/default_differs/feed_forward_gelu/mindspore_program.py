import mindspore as ms
from mindspore import nn


class FeedForward(nn.Cell):
    def __init__(self, up, down):
        super().__init__()
        self.up = nn.Dense(6, 12, has_bias=False, weight_init=up)
        self.down = nn.Dense(12, 6, has_bias=False, weight_init=down)
        self.act = nn.GELU()

    def construct(self, x):
        return x + self.down(self.act(self.up(x)))


def program(x, up, down):
    net = FeedForward(up, down)

    def forward(x):
        y = net(x)
        return (y**2).sum(), y

    (_, y), (dx, (du, dd)) = ms.value_and_grad(forward, 0, net.trainable_params(), has_aux=True)(x)
    return y, {"x": dx, "up": du, "down": dd}
