import mindspore as ms
from mindspore import ops


def net(x, w1, w2):
    h = ms.Tensor(ops.relu(ops.matmul(x, w1.T)))
    y = ops.matmul(h, w2.T)
    return (y**2).mean()


def program(x, w1, w2):
    loss, (dx, d1, d2) = ms.value_and_grad(net, (0, 1, 2))(x, w1, w2)
    return loss, {"x": dx, "w1": d1, "w2": d2}
