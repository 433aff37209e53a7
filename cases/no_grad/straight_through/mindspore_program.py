import mindspore as ms
from mindspore import ops


def net(x, scale):
    scaled = x * scale
    quantised = scaled + ops.stop_gradient(ops.round(scaled) - scaled)
    return (quantised**2).sum(), quantised


def program(x, scale):
    (_, quantised), (dx, dscale) = ms.value_and_grad(net, (0, 1), has_aux=True)(x, scale)
    return quantised, {"x": dx, "scale": dscale}
