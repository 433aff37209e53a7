import torch
from torch.nn import functional as F


def program(x, w, w1, w2):
    q, k, v = x @ w[0], x @ w[1], x @ w[2]
    h = F.layer_norm(x + torch.softmax(q @ k.transpose(1, 2) / 6**0.5, -1) @ v @ w[3], (6,))
    y = F.layer_norm(h + F.gelu(h @ w1) @ w2, (6,))
    loss = (y * torch.sin(x.detach())).sum()
    loss.backward()
    return loss, {"x": x.grad, "w": w.grad, "w1": w1.grad, "w2": w2.grad}
