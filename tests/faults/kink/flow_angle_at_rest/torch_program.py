import torch


def program(u, v):
    angle = torch.atan2(v, u)
    loss = (angle * torch.hypot(u, v).detach() + angle**2).sum()
    loss.backward()
    return {"angle": angle}, {"u": u.grad, "v": v.grad}
