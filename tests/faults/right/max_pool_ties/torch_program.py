from torch.nn import functional as F


def program(x, w):
    y = F.max_pool2d(x, 2, 2)
    loss = (y * w).sum()
    loss.backward()
    return {"y": y}, {"x": x.grad, "w": w.grad}
