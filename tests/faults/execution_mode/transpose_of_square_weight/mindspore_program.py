import mindspore as ms
from mindspore import ops


def net(x, weight, bias):
    y = ops.sigmoid(ops.matmul(x, weight.transpose(0, 1)) + bias)
    return (y[:, 0] * y[:, 1] + y[:, 2]).mean()


def program(x, weight, bias):
    loss, (dx, dw, db) = ms.value_and_grad(net, (0, 1, 2))(x, weight, bias)
    return {"loss": loss}, {"x": dx, "weight": dw, "bias": db}
