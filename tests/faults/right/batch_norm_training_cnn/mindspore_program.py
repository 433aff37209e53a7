import mindspore as ms
from mindspore import nn, ops


def program(x, kernel, w):
    conv = nn.Conv2d(2, 3, 3, pad_mode="valid", weight_init=kernel)
    norm = nn.BatchNorm2d(3)
    norm.set_train()

    def net(x):
        y = ops.relu(norm(conv(x)))
        return (y * w).sum(), y

    grad = ms.value_and_grad(net, 0, [conv.weight, norm.gamma, norm.beta], has_aux=True)
    for _ in range(2):
        (_, y), (dx, (dkernel, dgamma, dbeta)) = grad(x)
        yield (
            {"y": y, "mean": norm.moving_mean.value() * 1, "var": norm.moving_variance.value() * 1},
            {"x": dx, "kernel": dkernel, "gamma": dgamma, "beta": dbeta},
        )
