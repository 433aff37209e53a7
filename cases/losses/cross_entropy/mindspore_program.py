import mindspore as ms
from mindspore import ops


def program(logits, labels, reduction, label_smoothing):
    def net(logits, labels):
        return ops.cross_entropy(logits, labels, reduction=reduction, label_smoothing=label_smoothing)

    loss, dlogits = ms.value_and_grad(net)(logits, labels)
    return loss, {"logits": dlogits}
