import mindspore as ms
from mindspore import ops


def net(x, w1, w2, w3):
    hidden = x
    for w in (w1, w2, w3):
        y = ops.tanh(ops.matmul(hidden, w)) * 1.0
        y.add_(hidden)
        hidden = y
    return (hidden**2).mean()


def program(x, w1, w2, w3):
    loss, grads = ms.value_and_grad(net, (0, 1, 2, 3))(x, w1, w2, w3)
    return loss, dict(zip(("x", "w1", "w2", "w3"), grads, strict=True))
