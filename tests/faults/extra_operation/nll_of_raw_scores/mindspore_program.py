import mindspore as ms
from mindspore import ops


def classify(weight, x, labels):
    scores = ops.matmul(x, weight.T)
    return ops.nll_loss(scores, labels)


def program(x, labels, weight):
    loss, (dw, dx) = ms.value_and_grad(classify, (0, 1))(weight, x, labels)
    return {"loss": loss}, {"weight": dw, "x": dx}
