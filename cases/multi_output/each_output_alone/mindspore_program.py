import mindspore as ms


def net(x, y):
    return (x**2).sum(), (x * y).sum()


def program(x, y):
    outputs, pull_back = ms.vjp(net, x, y)
    one, zero = ms.Tensor(1.0), ms.Tensor(0.0)
    of_square, _ = pull_back(one, zero)
    of_product, _ = pull_back(zero, one)
    return outputs, {"square": of_square, "product": of_product}
