import mindspore as ms
from mindspore import ops


def net(alpha, colour):
    clear = ops.cumprod(1 - alpha, 1)
    transmittance = ops.cat([ops.ones((3, 1), alpha.dtype), clear[:, :-1]], 1)
    pixel = (alpha * transmittance * colour).sum(1)
    return (pixel**2).sum(), pixel


def program(alpha, colour):
    (loss, pixel), (dalpha, dcolour) = ms.value_and_grad(net, (0, 1), has_aux=True)(alpha, colour)
    return {"loss": loss, "pixel": pixel}, {"alpha": dalpha, "colour": dcolour}
