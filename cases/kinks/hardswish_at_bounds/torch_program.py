from torch.nn import functional as F


def program(x):
    y = F.hardswish(x)
    y.sum().backward()
    return y, {"x": x.grad}
