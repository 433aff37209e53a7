import torch


def program(x, w):
    y = torch.softmax(x, 1)
    loss = (y * w).sum() + torch.logsumexp(x, 1).sum()
    loss.backward()
    return {"y": y}, {"x": x.grad, "w": w.grad}
