import mindspore as ms
import numpy as np
from mindspore import ops


def program(tokens, table, out, out_bias):
    inputs, labels = tokens[:, :-1], tokens[:, 1:].reshape(-1).astype(ms.int32)

    def forward(table, out, out_bias):
        h = ops.gelu(ops.gather(table, inputs, 0))
        logits = ops.matmul(h, out) + out_bias
        loss = ops.cross_entropy(logits.reshape(-1, 10), labels)
        return loss / float(np.log(2.0)), logits

    (_, logits), grads = ms.value_and_grad(forward, (0, 1, 2), has_aux=True)(table, out, out_bias)
    return {"logits": logits}, dict(zip(("table", "out", "out_bias"), grads, strict=False))
