import mindspore as ms
from mindspore import ops


def net(x, weight):
    return ops.sin(ops.matmul(x, weight))


def program(x, weight, along_x, along_weight):
    y, change = ms.jvp(net, (x, weight), (along_x, along_weight))
    return y, {"along": change}
