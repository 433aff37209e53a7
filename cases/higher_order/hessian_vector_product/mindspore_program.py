import mindspore as ms


def net(x):
    return (x**2).sum() ** 2


def gradient_of(x):
    return ms.grad(net)(x)


def program(x, v):
    gradient, product = ms.jvp(gradient_of, x, v)
    return gradient, {"product": product}
