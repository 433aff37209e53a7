import mindspore as ms
from mindspore import ops


def net(values, weights):
    buckets = (values / 2).astype(ms.int32)
    return (weights * buckets * ops.sqrt(values + 1)).sum(), buckets


def program(values, weights):
    (loss, buckets), (dvalues, dweights) = ms.value_and_grad(net, (0, 1), has_aux=True)(values, weights)
    return {"loss": loss, "buckets": buckets}, {"values": dvalues, "weights": dweights}
