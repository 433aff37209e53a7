from torch.nn import functional as F


def program(x, w1, w2, keep):
    h = F.leaky_relu((x * keep) @ w1.T, 0.1)
    y = h @ w2.T
    loss = (y + 0.5).pow(2).mean()
    loss.backward()
    return {"y": y}, {"x": x.grad, "w1": w1.grad, "w2": w2.grad, "keep": keep.grad}
