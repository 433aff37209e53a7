import mindspore as ms
from mindspore import nn, ops


class Block(nn.Cell):
    def __init__(self, up, down):
        super().__init__()
        self.up = ms.Parameter(up, name="up")
        self.down = ms.Parameter(down, name="down")

    def construct(self, x):
        return ops.matmul(ops.relu(ops.matmul(x, self.up.T)), self.down.T)


def program(x, up, down):
    block = Block(up, down)

    def forward(x):
        y = block(block(x))
        return (y**2).mean(), y

    (_, y), (dx, (du, dd)) = ms.value_and_grad(forward, 0, block.trainable_params(), has_aux=True)(x)
    return {"y": y}, {"x": dx, "up": du, "down": dd}
