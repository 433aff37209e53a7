import mindspore as ms
from mindspore import ops


def net(x, weight):
    logits = ops.matmul(x, weight)
    return (logits**2).mean(), ops.argmax(logits, dim=1)


def program(x, weight, has_aux):
    outputs, (dx, dweight) = ms.value_and_grad(net, (0, 1), has_aux=has_aux)(x, weight)
    return outputs, {"x": dx, "weight": dweight}
