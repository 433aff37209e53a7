import mindspore as ms


def net(x, y):
    return x**2 + y, x


def program(x, y):
    z, _ = net(x, y)
    (dx, dy), _ = ms.grad(net, grad_position=(0, 1), has_aux=True)(x, y)
    return z, {"x": dx, "y": dy}
