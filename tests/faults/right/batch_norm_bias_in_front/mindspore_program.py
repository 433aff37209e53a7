import mindspore as ms
from mindspore import nn


def program(x, weight, bias, w):
    dense, norm = nn.Dense(4, 5, weight_init=weight, bias_init=bias), nn.BatchNorm1d(5)
    norm.set_train()

    def net(x):
        return (norm(dense(x)) * w).sum()

    loss, (dx, (dw, db, dgamma)) = ms.value_and_grad(net, 0, [dense.weight, dense.bias, norm.gamma])(x)
    return loss, {"x": dx, "weight": dw, "bias": db, "gamma": dgamma}
