import mindspore as ms


def net(x):
    y = 2 * x
    y = y + x
    return (y**2).sum()


def program(x):
    z, dx = ms.value_and_grad(net)(x)
    return z, {"x": dx}
