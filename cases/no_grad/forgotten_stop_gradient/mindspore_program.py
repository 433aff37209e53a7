import mindspore as ms


def net(x, weight):
    norm = (x**2).sum().sqrt()
    return (x / norm * weight).sum()


def program(x, weight):
    z, (dx, dweight) = ms.value_and_grad(net, (0, 1))(x, weight)
    return z, {"x": dx, "weight": dweight}
