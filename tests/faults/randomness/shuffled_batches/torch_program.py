import torch
from torch.nn import functional as F


def program(x, target, weight):
    w = weight.detach().clone().requires_grad_()
    order = torch.randperm(12)
    for batch in order.split(4):
        loss = F.mse_loss(F.linear(x[batch], w), target[batch])
        (dw,) = torch.autograd.grad(loss, w)
        with torch.no_grad():
            w -= 0.1 * dw
        yield {"loss": loss, "weight": w}, {"weight": dw}
