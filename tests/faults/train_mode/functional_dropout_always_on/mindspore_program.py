import mindspore as ms
from mindspore import nn, ops


class Net(nn.Cell):
    def __init__(self, w1, w2):
        super().__init__()
        self.w1 = ms.Parameter(w1, name="w1")
        self.w2 = ms.Parameter(w2, name="w2")

    def construct(self, x):
        h = ops.dropout(ops.gelu(ops.matmul(x, self.w1.T)), p=0.3)
        return ops.matmul(h, self.w2.T)


def program(x, w1, w2):
    net = Net(w1, w2).set_train(False)

    def forward(x):
        y = net(x)
        return y.pow(2).sum(), y

    (_, y), (dx, (d1, d2)) = ms.value_and_grad(forward, 0, net.trainable_params(), has_aux=True)(x)
    return y, {"x": dx, "w1": d1, "w2": d2}
