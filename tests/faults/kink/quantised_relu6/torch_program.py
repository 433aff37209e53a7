from torch.nn import functional as F


def program(levels, scale):
    y = F.relu6(levels) * scale[:, None, None]
    (y**2).mean().backward()
    return y, {"levels": levels.grad, "scale": scale.grad}
