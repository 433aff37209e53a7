import mindspore as ms
from mindspore import ops


def lagrangian(theta, multiplier, budget):
    cost = ops.abs(theta).sum(1)
    return (ops.cos(theta).sum(1) + multiplier * (cost - budget)).sum()


def program(theta, multiplier, budget, steps):
    grad_fn = ms.value_and_grad(lagrangian, grad_position=(0, 1))
    for _ in range(steps):
        value, (dtheta, dmultiplier) = grad_fn(theta, multiplier, budget)
        yield value, {"theta": dtheta, "multiplier": dmultiplier}
        theta = theta - 0.05 * dtheta
        multiplier = multiplier - 0.05 * dmultiplier
