import mindspore as ms
from mindspore import ops


def net(x, weight):
    return ops.elu(ops.matmul(x, weight))


def program(x, weight, first, second):
    grad_fn = ms.ops.GradOperation(get_all=True, sens_param=True)(net)
    a = grad_fn(x, weight, first)
    b = grad_fn(x, weight, first)
    return {"first": {"x": a[0], "weight": a[1]}, "second": {"x": b[0], "weight": b[1]}}
