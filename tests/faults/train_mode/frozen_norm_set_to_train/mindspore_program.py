import mindspore as ms
from mindspore import nn, ops


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 5, 3, pad_mode="valid")
        self.norm = nn.BatchNorm2d(5)
        self.head = nn.Dense(5, 3, has_bias=False)

    def construct(self, x):
        h = ops.relu(self.norm(self.conv(x)))
        return self.head(h.mean((2, 3)))


def program(images, labels, conv, gamma, beta, mean, variance, head):
    net = Net()
    for parameter, value in [
        (net.conv.weight, conv),
        (net.norm.gamma, gamma),
        (net.norm.beta, beta),
        (net.norm.moving_mean, mean),
        (net.norm.moving_variance, variance),
        (net.head.weight, head),
    ]:
        parameter.set_data(value)
    net.set_train()

    def forward(images, labels):
        return ops.cross_entropy(net(images), labels)

    weights = [net.conv.weight, net.norm.gamma, net.norm.beta, net.head.weight]
    loss, (dc, dg, db, dh) = ms.value_and_grad(forward, None, weights)(images, labels)
    return loss, {"conv": dc, "gamma": dg, "beta": db, "head": dh}
