import mindspore as ms
from mindspore import ops


def net(x, kernel, bias, point):
    y = ops.conv2d(x, kernel, bias, stride=2, pad_mode="pad", padding=1, dilation=1, groups=2)
    return (ops.conv2d(ops.relu(y), point) ** 2).mean(), y


def program(x, kernel, bias, point):
    (_, y), grads = ms.value_and_grad(net, (0, 1, 2, 3), has_aux=True)(x, kernel, bias, point)
    return {"y": y}, dict(zip(("x", "kernel", "bias", "point"), grads, strict=True))
