import mindspore as ms
from mindspore import ops


def program(logits, vector, onehot):
    def loss_of(logits):
        return (ops.logsumexp(logits, 1) - (logits * onehot).sum(1)).mean()

    def directional(logits):
        return (ms.grad(loss_of)(logits) * vector).sum()

    return {"loss": loss_of(logits)}, {"gradient": ms.grad(loss_of)(logits), "product": ms.grad(directional)(logits)}
