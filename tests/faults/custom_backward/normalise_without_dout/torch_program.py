import torch


def program(x, w):
    unit = x / (x**2).sum(1, keepdim=True).sqrt()
    loss = torch.sigmoid(unit @ w).sum()
    loss.backward()
    return loss, {"x": x.grad, "w": w.grad}
