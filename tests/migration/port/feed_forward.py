import mindspore as ms
from mindspore import nn, ops


class FeedForward(nn.Cell):
    def __init__(self, up, down):
        super().__init__()
        self.up = ms.Parameter(up, name="up")
        self.down = ms.Parameter(down, name="down")
        self.activation = nn.GELU(approximate=False)

    def construct(self, x):
        return ops.matmul(self.activation(ops.matmul(x, self.up.T)), self.down.T)
