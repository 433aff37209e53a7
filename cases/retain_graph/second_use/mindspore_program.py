import mindspore as ms


def net(x, y):
    return x**2 * y


def program(x, y):
    value_and_grad = ms.value_and_grad(net, grad_position=(0, 1))
    for _ in range(2):
        z, (dx, dy) = value_and_grad(x, y)
        yield z, {"x": dx, "y": dy}
