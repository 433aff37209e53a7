import mindspore as ms
from mindspore import ops


def energy(x, y, w1, w2):
    residual = ops.matmul(ops.sin(ops.matmul(x, w1)), w2) - y
    return ops.square(residual).mean()


def program(x, y, w1, w2):
    loss, (dx, dw1, dw2) = ms.value_and_grad(energy, (0, 2, 3))(x, y, w1, w2)
    return loss, {"x": dx, "w1": dw1, "w2": dw2}
