import mindspore as ms


def net(x, index, weight):
    return (x[index] ** 2 * weight).sum()


def program(x, index, weight):
    z, (dx, dweight) = ms.value_and_grad(net, grad_position=(0, 2))(x, index, weight)
    return z, {"x": dx, "weight": dweight}
