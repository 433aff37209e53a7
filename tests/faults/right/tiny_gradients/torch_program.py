import torch


def program(x, w1, w2, scale):
    loss = (torch.sigmoid(x @ w1) @ w2).sum(1).exp().mean() * scale
    loss.backward()
    return loss, {"x": x.grad, "w1": w1.grad, "w2": w2.grad}
