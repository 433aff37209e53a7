import mindspore as ms
from mindspore import ops


def step(state, mix):
    return ops.sin(ops.matmul(state, mix)) + state


def program(state, mix, residual):
    out, vjp_fn = ms.vjp(step, state, mix)
    dstate, dmix = vjp_fn(ops.ones_like(residual))
    return out, {"state": dstate, "mix": dmix}
