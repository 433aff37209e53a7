import mindspore as ms
from mindspore import ops


def net(x, scale):
    gap = ops.sqrt(x**2 + 1) - x
    return (gap * scale).sum(), gap


def program(x, scale):
    (_, gap), (dx, ds) = ms.value_and_grad(net, (0, 1), has_aux=True)(x, scale)
    return {"gap": gap}, {"x": dx, "scale": ds}
