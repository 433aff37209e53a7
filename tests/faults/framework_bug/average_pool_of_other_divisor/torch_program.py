from torch.nn import functional as F


def program(image, kernel):
    features = F.relu(F.conv2d(image, kernel, padding=1))
    pooled = F.avg_pool2d(features, 3, 2, padding=1, count_include_pad=False, divisor_override=4)
    loss = (pooled**2).mean()
    loss.backward()
    return {"loss": loss, "pooled": pooled}, {"image": image.grad, "kernel": kernel.grad}
