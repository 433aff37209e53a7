import mindspore as ms
from mindspore import nn, ops


class Net(nn.Cell):
    def __init__(self, trunk, main, auxiliary):
        super().__init__()
        self.trunk = ms.Parameter(trunk, name="trunk")
        self.main = ms.Parameter(main, name="main")
        self.auxiliary = ms.Parameter(auxiliary, name="auxiliary")

    def construct(self, x, with_auxiliary=False):
        h = ops.silu(ops.matmul(x, self.trunk.T))
        logits = ops.matmul(h, self.main.T)
        if with_auxiliary:
            return logits, ops.matmul(h, self.auxiliary.T)
        return logits


def program(x, labels, trunk, main, auxiliary):
    net = Net(trunk, main, auxiliary)
    parameters = net.trainable_params()

    def forward(x, labels):
        return ops.cross_entropy(net(x), labels)

    loss, gradients = ms.value_and_grad(forward, None, parameters)(x, labels)
    return loss, {p.name: g for p, g in zip(parameters, gradients, strict=True)}
