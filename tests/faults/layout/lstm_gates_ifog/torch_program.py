import torch


def program(x, weight_ih, weight_hh, bias):
    h = c = torch.zeros(2, 3, dtype=x.dtype)
    for step in x:
        i, f, g, o = (step @ weight_ih.T + h @ weight_hh.T + bias).chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.sin(g)
        h = torch.sigmoid(o) * torch.sin(c)
    loss = h.square().mean()
    loss.backward()
    return {"h": h, "c": c}, {"weight_ih": weight_ih.grad, "weight_hh": weight_hh.grad, "bias": bias.grad}
