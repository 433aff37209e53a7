import mindspore as ms
from mindspore import ops


def recurrent(x, w_x, w_h, target):
    state = ops.zeros_like(target)
    for t in range(4):
        state = ops.relu(ops.matmul(x[t], w_x) + ops.matmul(state, w_h)) + 0.1 * state
    loss = ((state - target) ** 2).mean()
    return state, loss


def program(x, target, w_x, w_h):
    grad_fn = ms.value_and_grad(recurrent, grad_position=(0, 1, 2), has_aux=True)
    (state, loss), (dx, dw_x, dw_h) = grad_fn(x, w_x, w_h, target)
    return {"state": state, "loss": loss}, {"x": dx, "w_x": dw_x, "w_h": dw_h}
