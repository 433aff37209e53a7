import mindspore as ms


def net(x, w):
    centred = x - x.mean(1, keep_dims=True)
    return ((centred**2).mean(1) * w).sum()


def program(x, w):
    loss, (dx, dw) = ms.value_and_grad(net, (0, 1))(x, w)
    return loss, {"x": dx, "w": dw}
