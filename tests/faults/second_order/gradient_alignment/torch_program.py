import torch


def task(w, x):
    return torch.logsumexp(x @ w, 1).mean() + (w**2).sum() ** 2 * 0.01


def program(w, a, b):
    (ga,) = torch.autograd.grad(task(w, a), w, create_graph=True)
    (gb,) = torch.autograd.grad(task(w, b), w, create_graph=True)
    alignment = (ga * gb).sum() / ((ga**2).sum() * (gb**2).sum()).sqrt()
    (-alignment).backward()
    return alignment, {"w": w.grad}
