import mindspore as ms
from mindspore import ops


def net(x, budget, weight):
    size = ops.norm(x, ord=float("inf"), dim=1)
    return (weight * (size - budget) ** 2).sum(), size


def program(x, budget, weight):
    (_, size), (dx, dw) = ms.value_and_grad(net, (0, 2), has_aux=True)(x, budget, weight)
    return {"size": size}, {"x": dx, "weight": dw}
