import torch


def program(x, w1, w2, w3):
    hidden = x
    for w in (w1, w2, w3):
        y = torch.tanh(hidden @ w) * 1.0
        y.add_(hidden)
        hidden = y
    loss = (hidden**2).mean()
    loss.backward()
    return loss, {"x": x.grad, "w1": w1.grad, "w2": w2.grad, "w3": w3.grad}
