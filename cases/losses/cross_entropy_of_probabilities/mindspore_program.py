import mindspore as ms
from mindspore import ops


def net(logits, labels):
    probabilities = ops.softmax(logits, -1)
    return ops.cross_entropy(probabilities, labels)


def program(logits, labels):
    loss, dlogits = ms.value_and_grad(net)(logits, labels)
    return loss, {"logits": dlogits}
