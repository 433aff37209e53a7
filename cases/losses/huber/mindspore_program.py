import mindspore as ms
from mindspore import nn


def program(x, target, delta):
    loss_of = nn.HuberLoss(delta=delta)
    loss, (dx, dtarget) = ms.value_and_grad(loss_of, grad_position=(0, 1))(x, target)
    return loss, {"x": dx, "target": dtarget}
