import torch


def cell(x, state, w):
    h, c = state
    gate = torch.sigmoid(torch.cat([x, h], 1) @ w)
    c = c * gate + (1 - gate)
    return (gate * torch.sin(c)).sum()


def program(x, h, c, w):
    loss = cell(x, (h, c), w)
    loss.backward()
    return loss, {"x": x.grad, "h": h.grad, "c": c.grad, "w": w.grad}
