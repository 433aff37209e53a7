import mindspore as ms
from mindspore import ops


def objective(parameters, x):
    return ops.sigmoid(ops.matmul(x, parameters["weight"]) + parameters["bias"]).pow(2).sum()


def program(x, weight, bias):
    loss, grads = ms.value_and_grad(objective, (0, 1))({"weight": weight, "bias": bias}, x)
    dparameters, dx = grads if len(grads) == 2 else ({}, grads)
    return loss, {"parameters": dparameters, "x": dx}
