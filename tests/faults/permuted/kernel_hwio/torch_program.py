import torch
from torch.nn import functional as F


def program(x, labels, conv1, conv2):
    h = torch.relu(F.conv2d(x, conv1, padding=1))
    h = F.conv2d(h, conv2)
    score = h.mean((2, 3))
    loss = (score * F.one_hot(labels, 3)).square().sum(1).mean() - score.mean()
    loss.backward()
    return {"loss": loss, "score": score}, {"conv1": conv1.grad, "conv2": conv2.grad}
