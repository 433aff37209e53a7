import mindspore as ms
from mindspore import ops


def net(batch, weight):
    return ops.exp(ops.matmul(batch, weight)).mean()


def program(batches, weight):
    value_and_grad = ms.value_and_grad(net, grad_position=1)
    for batch in batches:
        loss, dweight = value_and_grad(batch, weight)
        yield loss, {"weight": dweight}
