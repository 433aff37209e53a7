import mindspore as ms
from mindspore import ops


def net(image, kernel):
    features = ops.relu(ops.conv2d(image, kernel, pad_mode="pad", padding=1))
    pooled = ops.avg_pool2d(features, 3, 2, padding=1, count_include_pad=False, divisor_override=4)
    return (pooled**2).mean(), pooled


def program(image, kernel):
    (loss, pooled), (dimage, dkernel) = ms.value_and_grad(net, (0, 1), has_aux=True)(image, kernel)
    return {"loss": loss, "pooled": pooled}, {"image": dimage, "kernel": dkernel}
