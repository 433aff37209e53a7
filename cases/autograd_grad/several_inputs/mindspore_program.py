import mindspore as ms


def net(x, y):
    return (x**2 * y).sum()


def program(x, y):
    z, (dy, dx) = ms.value_and_grad(net, grad_position=(1, 0))(x, y)
    return z, {"x": dx, "y": dy}
