import mindspore as ms
from mindspore import ops


def net(x, weight):
    return ops.sin(ops.matmul(x, weight)), (weight**2).sum()


def program(x, weight, va, vb):
    outputs, pull_back = ms.vjp(net, x, weight)
    dx, dweight = pull_back(va, vb)
    return outputs, {"x": dx, "weight": dweight}
