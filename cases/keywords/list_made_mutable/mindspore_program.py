import mindspore as ms


def net(pair, scale):
    return (pair[0] * pair[1] * scale).sum()


def program(x, y, scale):
    pair = ms.mutable([x, y])
    out, (dpair, dscale) = ms.value_and_grad(net, grad_position=(0, 1))(pair, scale)
    return out, {"list": dpair, "scale": dscale}
