import torch


def program(x, w):
    h = x * 1.0
    h.sub_(x.detach().mean(0))
    h.div_(2.0)
    loss = torch.tanh(h @ w).pow(2).sum()
    loss.backward()
    return loss, {"x": x.grad, "w": w.grad}
