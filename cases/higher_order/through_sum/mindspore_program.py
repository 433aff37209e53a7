import mindspore as ms


def net(x):
    return (x**2).sum() ** 2


def gradient_times_x(x):
    return (ms.grad(net)(x) * x).sum()


def program(x):
    return net(x), {"first": ms.grad(net)(x), "second": ms.grad(gradient_times_x)(x)}
