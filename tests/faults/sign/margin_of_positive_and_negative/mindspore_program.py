import mindspore as ms
from mindspore import ops


def margin(anchor, positive, negative, projection):
    a, p, n = ops.matmul(anchor, projection), ops.matmul(positive, projection), ops.matmul(negative, projection)
    return (((a - n) ** 2).sum(1) - ((a - p) ** 2).sum(1)).mean()


def program(anchor, positive, negative, projection):
    loss, grads = ms.value_and_grad(margin, (0, 1, 2, 3))(anchor, positive, negative, projection)
    return loss, dict(zip(("anchor", "positive", "negative", "projection"), grads, strict=False))
