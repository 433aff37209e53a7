import torch


def heads(x, weight):
    h = x @ weight
    return h * 0.5, torch.exp(-(h**2))


def program(x, weight, v_mean, v_scale):
    mean, scale = heads(x, weight)
    torch.autograd.backward((mean, scale), (v_mean.detach(), v_scale.detach()))
    return {"mean": mean, "scale": scale}, {"x": x.grad, "weight": weight.grad}
