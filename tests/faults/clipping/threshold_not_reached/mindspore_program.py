import mindspore as ms
from mindspore import nn, ops


def net(images, kernel, scale):
    h = ops.conv2d(images, kernel)
    return (ops.relu(h).mean((2, 3)) * scale).sum()


def program(images, kernel, scale):
    loss, (dk, ds) = ms.value_and_grad(net, (1, 2))(images, kernel, scale)
    clip = nn.ClipByNorm()
    limit = ms.Tensor(1.0, dk.dtype)
    dk, ds = clip(dk, limit), clip(ds, limit)
    return {"loss": loss}, {"kernel": dk, "scale": ds}
