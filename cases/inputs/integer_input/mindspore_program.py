import mindspore as ms


def net(x, n):
    return (x * n).sum()


def program(x, n):
    z, (dx, dn) = ms.value_and_grad(net, grad_position=(0, 1))(x, n)
    return z, {"x": dx, "n": dn}
