import mindspore as ms


def net(x, scale, shift):
    return (x * scale + shift) ** 2


def program(x, scale, shift):
    z, (dx, dscale, dshift) = ms.value_and_grad(net, grad_position=(0, 1, 2))(x, scale, shift)
    return z, {"x": dx, "scale": dscale, "shift": dshift}
