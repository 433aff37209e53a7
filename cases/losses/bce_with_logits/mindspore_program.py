import mindspore as ms
from mindspore import ops


def net(logits, target, pos_weight):
    return ops.binary_cross_entropy_with_logits(logits, target, pos_weight=pos_weight)


def program(logits, target, pos_weight):
    loss, dlogits = ms.value_and_grad(net)(logits, target, pos_weight)
    return loss, {"logits": dlogits}
