import mindspore as ms
from mindspore import ops


def net(x, w1, w2, skip):
    hidden = ops.relu(ops.matmul(x, w1))
    codes = hidden.astype(ms.int64).astype(ms.float32)
    y = ops.matmul(codes, w2) + ops.matmul(x, skip)
    return (y**2).mean() + 0.01 * hidden.sum()


def program(x, w1, w2, skip):
    loss, grads = ms.value_and_grad(net, (0, 1, 2, 3))(x, w1, w2, skip)
    return loss, dict(zip(("x", "w1", "w2", "skip"), grads, strict=True))
