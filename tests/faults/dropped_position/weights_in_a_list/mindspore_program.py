import mindspore as ms
from mindspore import ops


def net(x, weights, bias):
    return ((ops.matmul(ops.relu(ops.matmul(x, weights[0])), weights[1]) + bias) ** 2).mean()


def program(x, w1, w2, bias):
    loss, grads = ms.value_and_grad(net, (0, 1, 2))(x, [w1, w2], bias)
    return loss, dict(zip(("x", "weights", "bias"), grads, strict=False))
