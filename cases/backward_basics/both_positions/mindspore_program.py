import mindspore as ms


def net(x, y):
    return x**2 + y


def program(x, y):
    dx, dy = ms.grad(net, grad_position=(0, 1))(x, y)
    return net(x, y), {"x": dx, "y": dy}
