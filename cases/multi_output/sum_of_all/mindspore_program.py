import mindspore as ms


def net(x, y):
    return (x**2).sum(), (x * y).sum()


def program(x, y):
    outputs, (dx, dy) = ms.value_and_grad(net, (0, 1))(x, y)
    return outputs, {"x": dx, "y": dy}
