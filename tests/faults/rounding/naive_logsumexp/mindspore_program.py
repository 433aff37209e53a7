import mindspore as ms
from mindspore import ops


def net(x, weight):
    logits = ops.matmul(x, weight.T)
    free_energy = -ops.log(ops.exp(logits).sum(-1))
    return free_energy.mean()


def program(x, weight):
    dx, dw = ms.grad(net, (0, 1))(x, weight)
    return {"x": dx, "weight": dw}
