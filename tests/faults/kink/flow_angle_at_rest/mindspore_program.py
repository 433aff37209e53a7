import mindspore as ms
from mindspore import ops


def net(u, v):
    angle = ops.atan2(v, u)
    speed = ops.stop_gradient(ops.sqrt(u * u + v * v))
    return (angle * speed + angle**2).sum(), angle


def program(u, v):
    (_, angle), (du, dv) = ms.value_and_grad(net, (0, 1), has_aux=True)(u, v)
    return {"angle": angle}, {"u": du, "v": dv}
