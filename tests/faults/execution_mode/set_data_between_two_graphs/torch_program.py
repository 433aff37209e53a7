import torch


def program(x, target, weight):
    w = weight.detach().clone().requires_grad_()
    for step in range(4):
        error = torch.sigmoid(x[step] @ w.T) - target[step]
        loss = (error**2).mean() if step % 2 == 0 else error.abs().mean()
        (dw,) = torch.autograd.grad(loss, w)
        yield {"loss": loss, "weight": w}, {"weight": dw}
        with torch.no_grad():
            w -= 0.5 * dw
