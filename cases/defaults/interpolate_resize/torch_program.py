from torch.nn.functional import interpolate


def program(x):
    y = interpolate(x, size=(8, 8), mode="bilinear") ** 2
    y.sum().backward()
    return y, {"x": x.grad}
