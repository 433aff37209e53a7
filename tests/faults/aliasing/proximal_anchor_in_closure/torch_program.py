import torch


def program(w, noise, x):
    anchor = w.detach()
    moved = w + noise.detach()
    loss = torch.tanh(x @ moved).sum() + 2.5 * ((moved - anchor) ** 2).sum()
    loss.backward()
    return loss, {"w": w.grad, "x": x.grad}
