import mindspore as ms
from mindspore import ops


def net(x, weight):
    logits = ops.matmul(x, weight)
    return logits, (logits**2).mean()


def loss_first(x, weight):
    logits, loss = net(x, weight)
    return loss, logits


def program(x, weight):
    (loss, logits), (dx, dweight) = ms.value_and_grad(loss_first, (0, 1), has_aux=True)(x, weight)
    return {"logits": logits, "loss": loss}, {"x": dx, "weight": dweight}
