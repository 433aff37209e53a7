import mindspore as ms
from mindspore import ops


def run_chunk(w_in, w_hidden, bias, state, chunk):
    loss = 0.0
    for t in range(3):
        state = ops.sin(ops.matmul(chunk[t], w_in.T) + ops.matmul(state, w_hidden.T) + bias)
        loss = loss + ops.square(state).mean()
    return loss, state


def program(sequence, w_in, w_hidden, bias):
    weights = {"w_in": w_in, "w_hidden": w_hidden, "bias": bias}
    grad_fn = ms.value_and_grad(run_chunk, (0, 1, 2), has_aux=True)
    state = ops.zeros((4, 6), sequence.dtype)
    losses, grads = [], {}
    for start in (0, 3, 6):
        (loss, state), chunk_grads = grad_fn(*weights.values(), state, sequence[start : start + 3])
        state = ops.stop_gradient(state)
        losses.append(loss)
        for name, g in zip(weights, chunk_grads, strict=False):
            grads[name] = g
    return {"losses": losses}, grads
