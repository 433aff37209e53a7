import mindspore as ms


def net(x, y):
    return x**2 + y


def program(x, y):
    dx = ms.grad(net, 0)(x, y)
    dy = ms.grad(net, 1)(x, y)
    return net(x, y), {"x": dx, "y": dy}
