import mindspore as ms
from mindspore import ops


def net(x, weights):
    h = x
    for i in range(40):
        h = h + ops.relu(ops.matmul(h, weights[i])) * 0.5
    return (h**2).mean(), h


def program(x, weights):
    (loss, h), (dx, dweights) = ms.value_and_grad(net, (0, 1), has_aux=True)(x, weights)
    return {"loss": loss, "h": h}, {"x": dx, "weights": dweights}
