import mindspore as ms
from mindspore import ops


def attention(query, key, value):
    weights = ops.softmax(ops.matmul(query, key.swapaxes(1, 2)) / 2, -1)
    weights = ops.dropout(weights, 0.2)
    y = ops.matmul(weights, value)
    return y.square().sum(), y


def program(query, key, value):
    (_, y), (dq, dk, dv) = ms.value_and_grad(attention, (0, 1, 2), has_aux=True)(query, key, value)
    return {"y": y}, {"query": dq, "key": dk, "value": dv}
