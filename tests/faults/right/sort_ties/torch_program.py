import torch


def program(x, w):
    y, order = torch.sort(x, stable=True)
    loss = (y * w).sum()
    loss.backward()
    return {"y": y, "order": order}, {"x": x.grad, "w": w.grad}
