import mindspore as ms
from mindspore import ops


def net(features, weight):
    scores = features * ops.sigmoid(weight).sum()
    return scores.mean() ** 2 + 0.5 * ops.var(scores, 1, 0).sum()


def program(features, weight):
    loss, (dfeatures, dweight) = ms.value_and_grad(net, (0, 1))(features, weight)
    return loss, {"features": dfeatures, "weight": dweight}
