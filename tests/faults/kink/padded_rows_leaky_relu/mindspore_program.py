import mindspore as ms
from mindspore import ops


def net(x, w1, w2, keep):
    h = ops.leaky_relu(ops.matmul(x * keep, w1.T), 0.1)
    y = ops.matmul(h, w2.T)
    return (y + 0.5).pow(2).mean(), y


def program(x, w1, w2, keep):
    (_, y), (dx, d1, d2, dk) = ms.value_and_grad(net, (0, 1, 2, 3), has_aux=True)(x, w1, w2, keep)
    return {"y": y}, {"x": dx, "w1": d1, "w2": d2, "keep": dk}
