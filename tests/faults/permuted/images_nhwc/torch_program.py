from torch.nn import functional as F


def program(image, kernel, bias):
    out = F.conv2d(image.permute(0, 3, 1, 2), kernel, bias).relu()
    loss = (out**2).mean()
    loss.backward()
    return loss, {"image": image.grad, "kernel": kernel.grad, "bias": bias.grad}
