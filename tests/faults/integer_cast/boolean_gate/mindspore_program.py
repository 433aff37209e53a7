import mindspore as ms
from mindspore import ops


def net(x, scale):
    active = ops.relu(x)
    gate = active.astype(ms.bool_).astype(ms.float32)
    y = (active + 0.3) * gate * scale
    return ops.sin(y).sum()


def program(x, scale):
    loss, (dx, dscale) = ms.value_and_grad(net, (0, 1))(x, scale)
    return loss, {"x": dx, "scale": dscale}
