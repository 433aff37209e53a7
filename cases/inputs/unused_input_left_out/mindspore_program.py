import mindspore as ms


def net(x, y):
    return (x**2).sum()


def program(x, y):
    z, dx = ms.value_and_grad(net, grad_position=0)(x, y)
    return z, {"x": dx, "y": None}
