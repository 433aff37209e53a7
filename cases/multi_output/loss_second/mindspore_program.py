import mindspore as ms
from mindspore import ops


def net(x, weight):
    logits = ops.matmul(x, weight)
    return logits, (logits**2).mean()


def program(x, weight):
    (logits, loss), (dx, dweight) = ms.value_and_grad(net, (0, 1), has_aux=True)(x, weight)
    return {"logits": logits, "loss": loss}, {"x": dx, "weight": dweight}
