import mindspore as ms
from mindspore import ops


def net(tokens, none_left, w1, w2, b2):
    first = ops.gelu(ops.dense(tokens, w1))
    second = ops.dense(none_left, w2, b2)
    loss = (first**2).sum()
    return loss + (second**2).sum(), loss


def program(tokens, none_left, w1, w2, b2):
    grad = ms.value_and_grad(net, (0, 2, 3, 4), has_aux=True)
    (_, loss), (dtokens, dw1, dw2, db2) = grad(tokens, none_left, w1, w2, b2)
    return {"loss": loss}, {"tokens": dtokens, "w1": dw1, "w2": dw2, "b2": db2}
