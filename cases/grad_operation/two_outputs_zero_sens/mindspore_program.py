from mindspore import ops


def net(x, weight):
    predictions = x * weight
    return (predictions**2).sum(), predictions


def program(x, weight):
    loss, predictions = net(x, weight)
    sens = (ops.ones_like(loss), ops.zeros_like(predictions))
    dx, dweight = ops.GradOperation(get_all=True, sens_param=True)(net)(x, weight, sens)
    return (loss, predictions), {"x": dx, "weight": dweight}
