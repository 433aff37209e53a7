import mindspore as ms


def net(x):
    return (x**4).sum()


def program(x):
    first = ms.grad(net)
    second = ms.grad(first)
    third = ms.grad(second)
    return net(x), {"first": first(x), "second": second(x), "third": third(x)}
