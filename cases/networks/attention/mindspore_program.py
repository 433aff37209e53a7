import mindspore as ms
import numpy as np
from mindspore import ops

HEADS = 2
# Tensor.transpose takes a permutation of all axes; swapaxes(1, 2) is the transpose(1, 2) of torch.
FUTURE = ms.Tensor(np.triu(np.ones((5, 5), dtype=bool), 1))


def split(x):
    batch, length, width = x.shape
    return x.reshape(batch, length, HEADS, width // HEADS).swapaxes(1, 2)


def forward(tokens, table, gamma, beta, query, key, value, head):
    x = ops.gather(table, tokens, 0)
    mean = x.mean(-1, keep_dims=True)
    variance = ((x - mean) ** 2).mean(-1, keep_dims=True)
    h = (x - mean) / ops.sqrt(variance + 1e-5) * gamma + beta
    q, k, v = split(ops.matmul(h, query)), split(ops.matmul(h, key)), split(ops.matmul(h, value))
    scores = ops.matmul(q, k.swapaxes(2, 3)) / q.shape[-1] ** 0.5
    mixed = ops.matmul(ops.softmax(scores.masked_fill(FUTURE, -1e9), axis=-1), v)
    return ops.matmul(x + mixed.swapaxes(1, 2).reshape(x.shape), head)


def loss_of(tokens, targets, *weights):
    logits = forward(tokens, *weights)
    return ops.cross_entropy(logits.reshape(-1, logits.shape[-1]), targets.reshape(-1)), logits


def program(tokens, targets, table, gamma, beta, query, key, value, head):
    weights = {
        "table": table,
        "gamma": gamma,
        "beta": beta,
        "query": query,
        "key": key,
        "value": value,
        "head": head,
    }
    positions = tuple(range(2, 2 + len(weights)))
    value_and_grad = ms.value_and_grad(loss_of, positions, has_aux=True)
    (loss, logits), gradients = value_and_grad(tokens, targets, *weights.values())
    return {"loss": loss, "logits": logits}, dict(zip(weights, gradients, strict=True))
