import mindspore as ms


def net(pair, scale):
    return (pair[0] * pair[1] * scale).sum()


def unpacked(x, y, scale):
    return net([x, y], scale)


def program(x, y, scale):
    out, (dx, dy, dscale) = ms.value_and_grad(unpacked, grad_position=(0, 1, 2))(x, y, scale)
    return out, {"list": [dx, dy], "scale": dscale}
