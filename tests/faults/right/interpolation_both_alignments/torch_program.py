from torch.nn import functional as F


def program(x, w, align):
    y = F.interpolate(x, size=(8, 9), mode="bilinear", align_corners=align)
    loss = (y * w).sum() + (F.interpolate(x, size=(10, 14), mode="nearest") ** 2).sum()
    loss.backward()
    return {"y": y}, {"x": x.grad, "w": w.grad}
