import mindspore as ms


def net(x):
    square = x**2
    return square.sum(), square.prod()


def total(x):
    return net(x)[0]


def product(x):
    return net(x)[1]


def program(x):
    return net(x), {"of total": ms.grad(total)(x), "of product": ms.grad(product)(x)}
