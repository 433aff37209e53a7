import mindspore as ms
from mindspore import ops


def program(w, noise, x):
    anchor = w

    def objective(w, x):
        moved = w + noise
        return ops.tanh(ops.matmul(x, moved)).sum() + 2.5 * ((moved - anchor) ** 2).sum()

    loss, (dw, dx) = ms.value_and_grad(objective, (0, 1))(w, x)
    return loss, {"w": dw, "x": dx}
