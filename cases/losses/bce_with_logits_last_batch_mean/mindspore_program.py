import mindspore as ms
from mindspore import nn


def program(logits, target):
    loss_of = nn.BCEWithLogitsLoss(reduction="none")

    def net(logits, target):
        return loss_of(logits, target).mean()

    value_and_grad = ms.value_and_grad(net)
    for size in (8, 3):
        loss, dlogits = value_and_grad(logits[:size], target[:size])
        yield loss, {"logits": dlogits}
