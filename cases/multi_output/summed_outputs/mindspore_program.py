import mindspore as ms


def net(x, y):
    return x**2 + y, x


def program(x, y):
    z, _ = net(x, y)
    dx, dy = ms.grad(net, grad_position=(0, 1))(x, y)
    return z, {"x": dx, "y": dy}
