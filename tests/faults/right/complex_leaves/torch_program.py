import torch


def program(z, v, unused):
    y = torch.sin(z) - v
    loss = (y.abs() * 2).sum() + (z.angle() * v.real).sum()
    loss.backward()
    return {"loss": loss, "y": y}, {"z": z.grad, "v": v.grad}
