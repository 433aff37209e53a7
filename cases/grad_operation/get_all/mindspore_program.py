from mindspore import ops


def net(x, y):
    return (x**2 * y).sum()


def program(x, y):
    dx, dy = ops.GradOperation(get_all=True)(net)(x, y)
    return net(x, y), {"x": dx, "y": dy}
