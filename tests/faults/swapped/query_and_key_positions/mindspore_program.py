import mindspore as ms
from mindspore import ops


def attention(query, key, value):
    weights = ops.softmax(ops.matmul(query, key.swapaxes(-1, -2)) / 6**0.5, axis=-1)
    return (ops.matmul(weights, value) ** 2).sum(-1).mean()


def program(query, key, value):
    loss, (dquery, dkey, dvalue) = ms.value_and_grad(attention, grad_position=(2, 1, 0))(query, key, value)
    return loss, {"query": dquery, "key": dkey, "value": dvalue}
