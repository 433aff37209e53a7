import mindspore as ms


def net(x, gate):
    h = x**2
    h = h * gate
    return h.sum()


def program(x, gate):
    z, (dx, dgate) = ms.value_and_grad(net, grad_position=(0, 1))(x, gate)
    return z, {"x": dx, "gate": dgate}
