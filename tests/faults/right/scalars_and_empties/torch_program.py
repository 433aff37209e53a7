import torch


def program(a, b, x, none):
    y = torch.cat([none * a, (x * a + b).reshape(1, 4)])
    loss = torch.exp(a * b) + (y**2).mean()
    loss.backward()
    return {"loss": loss, "y": y}, {"a": a.grad, "b": b.grad, "x": x.grad}
