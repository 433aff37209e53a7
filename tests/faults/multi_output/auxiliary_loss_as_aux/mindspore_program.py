import mindspore as ms
from mindspore import ops


def net(x, trunk, main_head, aux_head, target):
    features = ops.silu(ops.matmul(x, trunk))
    main = ops.mse_loss(ops.matmul(features, main_head), target)
    aux = 0.4 * ops.l1_loss(ops.matmul(features, aux_head), target)
    return main, aux


def program(x, target, trunk, main_head, aux_head):
    grad_fn = ms.value_and_grad(net, grad_position=(0, 1, 2), has_aux=True)
    (main, aux), (dx, dtrunk, dmain) = grad_fn(x, trunk, main_head, aux_head, target)
    return {"main": main, "aux": aux}, {"x": dx, "trunk": dtrunk, "main_head": dmain}
