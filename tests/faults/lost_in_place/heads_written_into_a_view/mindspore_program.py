import mindspore as ms
from mindspore import ops


def net(states, prefix, w):
    y = ops.matmul(states, w)
    heads = y.view(2, 3, 2, 4)
    heads[:, :, 1] = prefix
    return ops.sin(y).sum()


def program(states, prefix, w):
    loss, (dstates, dprefix, dw) = ms.value_and_grad(net, (0, 1, 2))(states, prefix, w)
    return loss, {"states": dstates, "prefix": dprefix, "w": dw}
