import mindspore as ms
from mindspore import Parameter, nn, ops


class Net(nn.Cell):
    def __init__(self, w1, b1, w2):
        super().__init__()
        self.w1 = Parameter(w1.T, name="w1")
        self.b1 = Parameter(b1, name="b1")
        self.w2 = Parameter(w2.T, name="w2")

    def construct(self, x):
        return ops.matmul(ops.softplus(ops.matmul(x, self.w1) + self.b1), self.w2)


def program(x, target, w1, b1, w2):
    net = Net(w1, b1, w2)

    def forward(x, target):
        return ops.mse_loss(net(x), target)

    params = net.trainable_params()
    loss, grads = ms.value_and_grad(forward, None, params)(x, target)
    return loss, {p.name: g for p, g in zip(params, grads, strict=False)}
