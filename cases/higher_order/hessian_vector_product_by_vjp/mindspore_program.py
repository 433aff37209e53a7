import mindspore as ms


def net(x):
    return (x**2).sum() ** 2


def gradient_of(x):
    return ms.grad(net)(x)


def program(x, v):
    gradient, pull_back = ms.vjp(gradient_of, x)
    (product,) = pull_back(v)
    return gradient, {"product": product}
