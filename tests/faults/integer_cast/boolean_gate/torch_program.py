import torch


def program(x, scale):
    active = torch.relu(x)
    gate = active.to(torch.bool).to(torch.float32)
    y = (active + 0.3) * gate * scale
    loss = torch.sin(y).sum()
    loss.backward()
    return loss, {"x": x.grad, "scale": scale.grad}
