import mindspore as ms
from mindspore import ops


def net(z, v):
    y = ops.sin(z) - v
    return (ops.real(ops.abs(y)) * 2).sum() + (ops.angle(z) * ops.real(v)).sum(), y


def program(z, v, unused):
    (loss, y), (dz, dv) = ms.value_and_grad(net, (0, 1), has_aux=True)(z, v)
    return {"loss": loss, "y": y}, {"z": dz, "v": dv}
