import mindspore as ms
from mindspore import ops


def net(x, w):
    logits = ops.matmul(x, w)
    return ops.logsumexp(logits, 1).sum(), logits, logits.argmax(1), (logits**2).sum()


def program(x, w):
    outputs, (dx, dw) = ms.value_and_grad(net, (0, 1), has_aux=True)(x, w)
    return list(outputs), {"x": dx, "w": dw}
