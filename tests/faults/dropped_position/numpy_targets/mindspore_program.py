import mindspore as ms
from mindspore import ops


def loss_of(x, soft, w):
    soft = ms.Tensor(soft)
    logits = ops.matmul(x, w)
    return (ops.logsumexp(logits, 1, True) * soft - logits * soft).sum()


def program(x, soft, w):
    loss, grads = ms.value_and_grad(loss_of, (0, 1, 2))(x, soft.asnumpy(), w)
    return loss, list(grads)
