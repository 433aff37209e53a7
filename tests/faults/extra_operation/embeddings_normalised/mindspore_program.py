import mindspore as ms
from mindspore import ops


def unit(x):
    return x / ops.sqrt((x * x).sum(1, keepdims=True) + 1e-12)


def rank(left, right, mixing):
    left, right = unit(left), unit(right)
    score = (ops.matmul(left, mixing) * right).sum(1)
    return ops.relu(1 - score).mean() + 0.01 * (score**2).mean(), score


def program(left, right, mixing):
    (_, score), (dl, dr, dm) = ms.value_and_grad(rank, (0, 1, 2), has_aux=True)(left, right, mixing)
    return {"score": score}, {"left": dl, "right": dr, "mixing": dm}
