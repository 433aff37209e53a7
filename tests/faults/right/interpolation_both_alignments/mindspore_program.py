import mindspore as ms
from mindspore import ops


def program(x, w, align):
    def net(x, w):
        y = ops.interpolate(x, size=(8, 9), mode="bilinear", align_corners=align)
        return (y * w).sum() + (ops.interpolate(x, size=(10, 14), mode="nearest") ** 2).sum(), y

    (_, y), (dx, dw) = ms.value_and_grad(net, (0, 1), has_aux=True)(x, w)
    return {"y": y}, {"x": dx, "w": dw}
