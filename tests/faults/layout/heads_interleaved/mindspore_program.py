import mindspore as ms
from mindspore import ops


def pooled(kv, memory, query):
    rows = ops.matmul(memory, kv.T).reshape(2, 5, 2, 2, 3)
    key, value = rows[:, :, :, 0], rows[:, :, :, 1]
    weights = ops.softmax((key * query).sum(-1), axis=1)
    return ops.square((weights.expand_dims(-1) * value).sum(1)).sum((1, 2)).mean()


def program(memory, kv, query, steps):
    kv = kv.reshape(2, 2, 3, 4).swapaxes(0, 1).reshape(12, 4)
    grad_fn = ms.value_and_grad(pooled)
    for _ in range(steps):
        loss, dkv = grad_fn(kv, memory, query)
        yield loss, {"kv": dkv}
        kv = kv - 0.1 * dkv
