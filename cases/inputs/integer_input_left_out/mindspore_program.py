import mindspore as ms


def net(n, x, y):
    return (x**2 * n + y).sum()


def program(n, x, y):
    z, (dx, dy) = ms.value_and_grad(net, grad_position=(1, 2))(n, x, y)
    return z, {"x": dx, "y": dy}
