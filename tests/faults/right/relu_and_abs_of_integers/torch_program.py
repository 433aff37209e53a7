import torch


def program(x, y, w):
    loss = ((torch.relu(x) + torch.abs(y) * 2 + torch.maximum(x, y) - torch.minimum(x, y) * 3) * w).sum()
    loss.backward()
    return loss, {"x": x.grad, "y": y.grad, "w": w.grad}
