import mindspore as ms
from mindspore import ops


def head_loss(features, weight, target):
    logits = ops.matmul(ops.relu(features), weight)
    ones = ops.ones_like(logits)
    return ops.binary_cross_entropy_with_logits(logits, target, ones, 2 * ones)


def program(features, w_objectness, w_classes, objectness, classes):
    grad = ms.value_and_grad(head_loss, (0, 1))
    for weight, target in ((w_objectness, objectness), (w_classes, classes)):
        loss, (dfeatures, dweight) = grad(features, weight, target)
        yield {"loss": loss}, {"features": dfeatures, "weight": dweight}
