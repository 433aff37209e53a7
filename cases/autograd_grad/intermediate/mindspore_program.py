import mindspore as ms
from mindspore import ops


def backbone(x, weight):
    return ops.relu(ops.matmul(x, weight))


def loss_of(features, head):
    return (ops.matmul(features, head) ** 2).mean()


def program(x, weight, head):
    features = backbone(x, weight)
    loss, (dfeatures, dhead) = ms.value_and_grad(loss_of, (0, 1))(features, head)
    return loss, {"features": dfeatures, "head": dhead}
