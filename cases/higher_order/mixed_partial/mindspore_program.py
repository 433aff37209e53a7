import mindspore as ms


def net(x, y):
    return (x**2 * y**3).sum()


def program(x, y):
    gradient = ms.grad(net, 0)
    dxdx, dxdy = ms.grad(gradient, (0, 1))(x, y)
    return net(x, y), {"dx": gradient(x, y), "dxdx": dxdx, "dxdy": dxdy}
