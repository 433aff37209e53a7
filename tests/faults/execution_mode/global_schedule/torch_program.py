import torch

STRENGTH = 0.0


def objective(weight, x, target):
    return ((x @ weight - target) ** 2).mean() + STRENGTH * (weight**2).sum()


def program(x, target, weight):
    global STRENGTH
    w = weight.detach().clone().requires_grad_()
    for epoch in range(3):
        STRENGTH = 0.1 * epoch
        loss = objective(w, x, target)
        (dw,) = torch.autograd.grad(loss, w)
        yield {"loss": loss, "weight": w}, {"weight": dw}
        w = (w - 0.05 * dw).detach().requires_grad_()
