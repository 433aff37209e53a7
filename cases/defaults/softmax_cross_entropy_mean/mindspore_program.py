import mindspore as ms
from mindspore import nn


def program(logits, labels):
    loss_of = nn.SoftmaxCrossEntropyWithLogits(sparse=True, reduction="mean")
    loss, dlogits = ms.value_and_grad(loss_of)(logits, labels.astype(ms.int32))
    return loss, {"logits": dlogits}
