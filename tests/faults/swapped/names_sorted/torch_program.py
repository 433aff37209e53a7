from torch.nn import functional as F


def program(x, conv1, conv2, conv10, bias):
    h = F.conv2d(x, conv1, padding=1).sigmoid()
    h = F.conv2d(h, conv2, padding=1).relu()
    h = F.conv2d(h, conv10, bias)
    loss = (h**2).mean()
    loss.backward()
    return {"features": h}, {"conv1": conv1.grad, "conv2": conv2.grad, "conv10": conv10.grad, "bias": bias.grad}
