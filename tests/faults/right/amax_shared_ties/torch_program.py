import torch


def program(x, w):
    loss = (torch.amax(x, 1) * w).sum() + (torch.amin(x, 1) ** 2).sum()
    loss.backward()
    return loss, {"x": x.grad, "w": w.grad}
