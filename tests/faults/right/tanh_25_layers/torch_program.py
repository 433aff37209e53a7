import torch


def program(x, weights):
    h = x
    for w in weights:
        h = torch.tanh(h @ w)
    loss = (h * torch.arange(6, dtype=h.dtype)).sum()
    loss.backward()
    return {"loss": loss}, {"x": x.grad, "weights": weights.grad}
