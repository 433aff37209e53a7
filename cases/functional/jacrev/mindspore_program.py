import mindspore as ms
from mindspore import ops


def net(x, weight):
    return ops.sin(ops.matmul(x, weight))


def program(x, weight):
    dx, dweight = ms.jacrev(net, grad_position=(0, 1))(x, weight)
    return net(x, weight), {"x": dx, "weight": dweight}
