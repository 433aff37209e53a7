import mindspore as ms


def net(x, none):
    return (x**2).sum(), none * 3


def program(x, none):
    dx, dnone = ms.grad(net, (0, 1))(x, none)
    return {}, {"x": dx, "none": dnone}
