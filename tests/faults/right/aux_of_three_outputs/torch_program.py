import torch


def program(x, w):
    logits = x @ w
    loss = torch.logsumexp(logits, 1).sum()
    loss.backward()
    return [loss, logits, logits.argmax(1), (logits**2).sum()], {"x": x.grad, "w": w.grad}
