import math

import mindspore as ms
from mindspore import nn, ops


class Attention(nn.Cell):
    def __init__(self, query, key, value):
        super().__init__()
        self.query = ms.Parameter(query, name="query")
        self.key = ms.Parameter(key, name="key")
        self.value = ms.Parameter(value, name="value")

    def construct(self, x):
        query, key, value = ops.matmul(x, self.query.T), ops.matmul(x, self.key.T), ops.matmul(x, self.value.T)
        scores = ops.matmul(query, key.swapaxes(1, 2)) / math.sqrt(key.shape[-1])
        return ops.matmul(ops.softmax(scores, -1), value)
