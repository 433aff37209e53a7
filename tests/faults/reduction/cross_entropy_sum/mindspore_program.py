import mindspore as ms
from mindspore import ops


def net(table, weight, bias, tokens, labels):
    pooled = ops.gather(table, tokens, 0).max(axis=1)
    logits = ops.matmul(pooled, weight.T) + bias
    return ops.cross_entropy(logits, labels, reduction="sum")


def program(tokens, labels, table, weight, bias):
    loss, (dtable, dweight, dbias) = ms.value_and_grad(net, (0, 1, 2))(table, weight, bias, tokens, labels)
    return loss, {"table": dtable, "weight": dweight, "bias": dbias}
