import mindspore as ms


def net(x, rate):
    z = x
    while z < 50:
        z = z * rate
    return z


def program(x, rate):
    z, (dx, drate) = ms.value_and_grad(net, (0, 1))(x, rate)
    return z, {"x": dx, "rate": drate}
