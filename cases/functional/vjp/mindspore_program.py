import mindspore as ms
from mindspore import ops


def net(x, weight):
    return ops.sin(ops.matmul(x, weight))


def program(x, weight, v):
    y, pull_back = ms.vjp(net, x, weight)
    dx, dweight = pull_back(v)
    return y, {"x": dx, "weight": dweight}
