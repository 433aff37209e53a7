import mindspore as ms
from mindspore import ops


def net(image, kernel, bias):
    out = ops.relu(ops.conv2d(image, kernel, bias))
    return (out**2).mean()


def program(image, kernel, bias):
    image = image.transpose(0, 3, 1, 2)
    loss, (dimage, dkernel, dbias) = ms.value_and_grad(net, grad_position=(0, 1, 2))(image, kernel, bias)
    return loss, {"image": dimage, "kernel": dkernel, "bias": dbias}
