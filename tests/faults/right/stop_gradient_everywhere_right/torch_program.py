import torch


def program(x, w, p):
    z = x @ w
    rounded = z + (torch.round(z * 4) / 4 - z).detach()
    target = torch.sigmoid(x @ w).detach()
    loss = ((rounded @ p - target) ** 2).mean()
    loss.backward()
    return loss, {"x": x.grad, "w": w.grad, "p": p.grad}
