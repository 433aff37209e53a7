import mindspore as ms
from mindspore import ops


def program(logits, labels, mask):
    def net(logits):
        losses = ops.cross_entropy(logits.reshape(-1, 7), labels.reshape(-1), reduction="none")
        keep = mask.reshape(-1)
        return (losses * keep).sum() / ops.clamp(keep.sum(), min=1.0)

    loss, dlogits = ms.value_and_grad(net)(logits)
    return {"loss": loss}, {"logits": dlogits}
