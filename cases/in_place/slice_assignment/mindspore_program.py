import mindspore as ms


def net(x, v):
    y = x * 2
    y[1:3] = v
    return (y**2).sum()


def program(x, v):
    z, (dx, dv) = ms.value_and_grad(net, grad_position=(0, 1))(x, v)
    return z, {"x": dx, "v": dv}
