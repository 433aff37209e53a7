import mindspore as ms


def net(x, y, power=3):
    return (x**power * y).sum()


def program(x, y):
    z, (dx, dy) = ms.value_and_grad(net, grad_position=(0, 1))(x, y)
    return z, {"x": dx, "y": dy}
