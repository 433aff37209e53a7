import mindspore as ms
from mindspore import ops


def net(logits, target):
    return ops.kl_div(ops.log_softmax(logits, axis=1), target, reduction="mean")


def program(logits, target):
    loss, dlogits = ms.value_and_grad(net)(logits, target)
    return loss, {"logits": dlogits}
