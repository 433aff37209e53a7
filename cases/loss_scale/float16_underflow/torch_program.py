import torch


def loss_of(x):
    half = x.half()
    # The gradient on this path is 2⁻²⁶ x, and the smallest number of float16 is 2⁻²⁴.
    return (half.detach() * (half * 2.0**-13 * 2.0**-13)).float().sum()


def program(x):
    (plain,) = torch.autograd.grad(loss_of(x), x)
    (scaled,) = torch.autograd.grad(loss_of(x) * 1024, x)
    return None, {"plain": plain, "scaled": scaled / 1024}
