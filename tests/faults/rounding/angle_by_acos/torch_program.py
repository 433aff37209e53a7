import torch


def program(u, turn):
    v = u + turn * torch.tensor([1.0, -1.0])
    cross = u[:, 0] * turn[:, 1] * -1.0 - u[:, 1] * turn[:, 0]
    dot = (u * v).sum(1)
    angle = torch.atan2(cross.abs(), dot)
    angle.sum().backward()
    return {"u": u.grad, "turn": turn.grad}
