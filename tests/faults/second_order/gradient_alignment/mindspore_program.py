import mindspore as ms
from mindspore import ops


def task(w, x):
    return ops.logsumexp(ops.matmul(x, w), 1).mean() + (w**2).sum() ** 2 * 0.01


def program(w, a, b):
    def misalignment(w):
        ga = ms.grad(task)(w, a)
        gb = ms.grad(task)(w, b)
        return -(ga * gb).sum() / ((ga**2).sum() * (gb**2).sum()).sqrt()

    loss, dw = ms.value_and_grad(misalignment)(w)
    return -loss, {"w": dw}
