import mindspore as ms


def net(x, y):
    square = (x**2).sum()
    product = (x * y).sum()
    return 0.5 * square + 2 * product, square, product


def program(x, y):
    (_, square, product), (dx, dy) = ms.value_and_grad(net, (0, 1), has_aux=True)(x, y)
    return (square, product), {"x": dx, "y": dy}
