import mindspore as ms
from mindspore import ops


def net(hidden, gate, head, labels):
    logits = ops.matmul(hidden * ops.sigmoid(ops.matmul(hidden, gate)), head)
    return ops.cross_entropy(logits, labels)


def program(hidden, gate, head, labels):
    states, labels = hidden.reshape(-1, 4), labels.reshape(-1).astype(ms.int32)
    loss, (dhidden, dgate, dhead) = ms.value_and_grad(net, (0, 1, 2))(states, gate, head, labels)
    return loss, {"hidden": dhidden, "gate": dgate, "head": dhead}
