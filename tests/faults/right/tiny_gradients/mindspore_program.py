import mindspore as ms
from mindspore import ops


def program(x, w1, w2, scale):
    def net(x, w1, w2):
        return ops.exp(ops.matmul(ops.sigmoid(ops.matmul(x, w1)), w2).sum(1)).mean() * scale

    loss, grads = ms.value_and_grad(net, (0, 1, 2))(x, w1, w2)
    return loss, dict(zip(("x", "w1", "w2"), grads, strict=True))
