import mindspore as ms


def net(x):
    return (x**2).sum() ** 2


def gradient_times_x(x):
    return (ms.grad(net)(x) * x).sum()


@ms.jit
def second(x):
    return ms.grad(gradient_times_x)(x)


def program(x):
    return net(x), {"first": ms.grad(net)(x), "second": second(x)}
