import mindspore as ms


def net(a, b):
    return (a**2 * b).sum()


def program(x):
    da, db = ms.grad(net, grad_position=(0, 1))(x, x)
    return net(x, x), {"a": da, "b": db}
