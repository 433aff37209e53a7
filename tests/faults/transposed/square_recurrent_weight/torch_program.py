import torch


def program(x, w_ih, w_hh, bias):
    h = torch.zeros_like(x[0])
    for step in x:
        h = torch.cos(step @ w_ih.T + h @ w_hh.T + bias)
    loss = (h**2).sum(1).mean()
    loss.backward()
    return {"h": h}, {"w_ih": w_ih.grad, "w_hh": w_hh.grad, "bias": bias.grad}
