import mindspore as ms
from mindspore import ops


def net(x, weight):
    products = [x[0]]
    for i in range(1, x.shape[0]):
        products.append(products[-1] * x[i])
    return ops.stack(products) * weight


def program(x, weight):
    y, dx = ms.value_and_grad(net)(x, weight)
    return y, {"x": dx}
