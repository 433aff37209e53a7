import mindspore as ms
from mindspore import ops


def net(x, weights):
    h = x
    for i in range(25):
        h = ops.tanh(ops.matmul(h, weights[i]))
    return (h * ops.arange(6).astype(h.dtype)).sum()


def program(x, weights):
    loss, (dx, dweights) = ms.value_and_grad(net, (0, 1))(x, weights)
    return {"loss": loss}, {"x": dx, "weights": dweights}
