import mindspore as ms


def net(x, y):
    return (x**2 * y).sum()


def program(x, y):
    z, (dx, dy) = ms.value_and_grad(net, grad_position=(0, 1))(x=x, y=y)
    return z, {"x": dx, "y": dy}
