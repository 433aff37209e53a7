import mindspore as ms
from mindspore import ops


def loss_a(x, trunk, head):
    return ops.matmul(ops.sin(ops.matmul(x, trunk)), head).mean()


def loss_b(x, trunk, head):
    return (ops.matmul(ops.sin(ops.matmul(x, trunk)), head) ** 2).mean()


def program(x, trunk, head_a, head_b):
    for loss_of, head in ((loss_a, head_a), (loss_b, head_b)):
        loss, (dtrunk, dhead) = ms.value_and_grad(loss_of, (1, 2))(x, trunk, head)
        yield loss, {"trunk": dtrunk, "head": dhead}
