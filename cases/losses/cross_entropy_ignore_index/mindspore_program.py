import mindspore as ms
from mindspore import ops


def net(logits, labels):
    return ops.cross_entropy(logits, labels, ignore_index=-100)


def program(logits, labels):
    loss, dlogits = ms.value_and_grad(net)(logits, labels)
    return loss, {"logits": dlogits}
