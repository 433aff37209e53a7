from torch.nn import functional as F


def program(x, kernel, bias, point):
    y = F.conv2d(x, kernel, bias, stride=1, padding=0, dilation=1, groups=4)
    loss = (F.conv2d(F.relu(y), point) ** 2).mean()
    loss.backward()
    return {"y": y}, {"x": x.grad, "kernel": kernel.grad, "bias": bias.grad, "point": point.grad}
