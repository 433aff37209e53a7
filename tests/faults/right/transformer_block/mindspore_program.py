import mindspore as ms
from mindspore import nn, ops


def program(x, w, w1, w2):
    norms = nn.CellList([nn.LayerNorm((6,), epsilon=1e-5), nn.LayerNorm((6,), epsilon=1e-5)])

    def net(x, w, w1, w2):
        q, k, v = ops.matmul(x, w[0]), ops.matmul(x, w[1]), ops.matmul(x, w[2])
        mixed = ops.matmul(ops.softmax(ops.matmul(q, k.swapaxes(1, 2)) / 6**0.5, -1), v)
        h = norms[0](x + ops.matmul(mixed, w[3]))
        y = norms[1](h + ops.matmul(ops.gelu(ops.matmul(h, w1)), w2))
        return (y * ops.stop_gradient(ops.sin(x))).sum()

    loss, grads = ms.value_and_grad(net, (0, 1, 2, 3))(x, w, w1, w2)
    return loss, dict(zip(("x", "w", "w1", "w2"), grads, strict=True))
