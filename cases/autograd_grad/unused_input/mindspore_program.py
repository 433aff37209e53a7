import mindspore as ms


def net(x, unused):
    return (x**2).sum()


def program(x, unused):
    z, (dx, dunused) = ms.value_and_grad(net, (0, 1))(x, unused)
    return z, {"x": dx, "unused": dunused}
