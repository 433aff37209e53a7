import mindspore as ms
from mindspore import ops


def net(logits, labels):
    return ops.nll_loss(ops.log_softmax(logits, axis=1), labels)


def program(logits, labels):
    loss, dlogits = ms.value_and_grad(net)(logits, labels)
    return loss, {"logits": dlogits}
