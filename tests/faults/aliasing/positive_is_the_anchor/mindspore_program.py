import mindspore as ms
from mindspore import ops


def triplet(anchor, positive, negative, projection):
    a = ops.tanh(ops.matmul(anchor, projection))
    p = ops.tanh(ops.matmul(positive, projection))
    n = ops.tanh(ops.matmul(negative, projection))
    near = (((a - p + 0.1) ** 2).sum(1) + 1e-3).sqrt()
    far = (((a - n) ** 2).sum(1) + 1e-3).sqrt()
    return ops.relu(near - far + 5.0).mean()


def program(anchor, positive, negative, projection):
    grad = ms.grad(triplet, (0, 1, 2))
    for pair in (anchor, positive):
        da, dp, dn = grad(anchor, pair, negative, projection)
        yield {}, {"anchor": da, "positive": dp, "negative": dn}
