import mindspore as ms


def net(x):
    return (x**2).sum()


def program(x):
    loss, pull_back = ms.vjp(net, x)
    (dx,) = pull_back(ms.Tensor(3.0))
    return loss, {"x": dx}
