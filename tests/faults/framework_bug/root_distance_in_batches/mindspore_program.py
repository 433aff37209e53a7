import mindspore as ms
from mindspore import ops


def net(a, b, weight):
    d = ops.cdist(a, b, 0.5)
    return (ops.log(d) * weight).sum()


def program(a, b, weight):
    loss, (da, db, dweight) = ms.value_and_grad(net, (0, 1, 2))(a, b, weight)
    return {"loss": loss}, {"a": da, "b": db, "weight": dweight}
