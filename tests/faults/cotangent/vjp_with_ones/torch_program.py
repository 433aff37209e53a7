import torch


def step(state, mix):
    return torch.sin(state @ mix) + state


def program(state, mix, residual):
    out = step(state, mix)
    dstate, dmix = torch.autograd.grad(out, (state, mix), grad_outputs=residual)
    return out, {"state": dstate, "mix": dmix}
