from mindspore import ops


def net(x, weight):
    predictions = x * weight
    return (predictions**2).sum(), predictions


def program(x, weight):
    dx, dweight = ops.GradOperation(get_all=True)(net)(x, weight)
    return net(x, weight), {"x": dx, "weight": dweight}
