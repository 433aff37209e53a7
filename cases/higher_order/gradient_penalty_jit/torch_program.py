import torch


def critic(x, hidden, out):
    return torch.tanh(x @ hidden) @ out


def program(x, hidden, out):
    scores = critic(x, hidden, out)
    (gradient,) = torch.autograd.grad(scores.sum(), x, create_graph=True)
    penalty = ((gradient.norm(dim=1) - 1) ** 2).mean()
    loss = scores.mean() + 10 * penalty
    loss.backward()
    return {"loss": loss, "penalty": penalty}, {"hidden": hidden.grad, "out": out.grad}
