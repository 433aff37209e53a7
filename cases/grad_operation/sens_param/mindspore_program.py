from mindspore import ops


def net(x, y):
    return x**2 * y


def program(x, y, v):
    dx, dy = ops.GradOperation(get_all=True, sens_param=True)(net)(x, y, v)
    return net(x, y), {"x": dx, "y": dy}
