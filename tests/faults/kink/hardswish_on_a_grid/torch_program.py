from torch.nn import functional as F


def program(x, weight):
    y = F.hardswish(x / 2)
    loss = (y.mean((0, 2, 3)) * weight).sum() + 0.1 * (y**2).mean()
    loss.backward()
    return {"y": y}, {"x": x.grad, "weight": weight.grad}
