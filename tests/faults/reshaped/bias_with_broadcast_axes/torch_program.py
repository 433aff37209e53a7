import torch


def program(x, scale, shift):
    y = x * scale[:, None, None] + shift[:, None, None]
    loss = torch.exp(-y.square()).mean()
    loss.backward()
    return loss, {"x": x.grad, "scale": scale.grad, "shift": shift.grad}
