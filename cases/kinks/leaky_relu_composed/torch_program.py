from torch.nn import functional as F


def program(x):
    y = F.leaky_relu(x, 0.01)
    y.sum().backward()
    return y, {"x": x.grad}
