import mindspore as ms


def net(scale, x):
    return (scale * x**2).sum()


def program(scale, x):
    z, (dscale, dx) = ms.value_and_grad(net, grad_position=(0, 1))(ms.Tensor(3.0, ms.float32), x)
    return z, {"scale": dscale, "x": dx}
