import mindspore as ms


def net(scale, x):
    return (scale * x**2).sum()


def program(scale, x):
    # The gradient of x has two elements, so that unpacking it looks like a pair of gradients.
    z, (dscale, dx) = ms.value_and_grad(net, grad_position=(0, 1))(3.0, x)
    return z, {"scale": dscale, "x": dx}
