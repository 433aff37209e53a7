from torch import nn


def program(images, weight):
    norm = nn.LocalResponseNorm(5)
    y = norm(images) * weight[:, None, None]
    (y**3).sum().backward()
    return {"y": y}, {"images": images.grad, "weight": weight.grad}
