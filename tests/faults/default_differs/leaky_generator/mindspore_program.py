import mindspore as ms
from mindspore import nn, ops


class Generator(nn.Cell):
    def __init__(self):
        super().__init__()
        self.act = nn.LeakyReLU()

    def construct(self, z, w1, w2, w3):
        h = self.act(ops.matmul(z, w1.T))
        h = self.act(ops.matmul(h, w2.T))
        y = ops.tanh(ops.matmul(h, w3.T))
        return y.abs().mean(), y


def program(z, w1, w2, w3):
    (_, y), (dz, d1, d2, d3) = ms.value_and_grad(Generator(), (0, 1, 2, 3), has_aux=True)(z, w1, w2, w3)
    return {"y": y}, {"z": dz, "w1": d1, "w2": d2, "w3": d3}
