import mindspore as ms


def net(leaf):
    x = leaf * 2
    return x - 1


def program(leaf):
    return net(leaf), {"leaf": ms.grad(net)(leaf)}
