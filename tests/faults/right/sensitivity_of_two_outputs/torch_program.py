import torch


def program(x, w, u, v):
    y, z = torch.sigmoid(x @ w), w**3
    torch.autograd.backward((y, z), (u.detach(), v.detach()))
    return {"y": y, "z": z}, {"x": x.grad, "w": w.grad}
