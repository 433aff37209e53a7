import mindspore as ms
from mindspore import ops


def net(logits, labels, weight):
    return ops.cross_entropy(logits, labels, weight=weight)


def program(logits, labels, weight):
    loss, dlogits = ms.value_and_grad(net)(logits, labels, weight)
    return loss, {"logits": dlogits}
