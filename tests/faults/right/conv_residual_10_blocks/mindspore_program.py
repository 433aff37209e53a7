import mindspore as ms
from mindspore import ops


def net(x, k):
    h = x
    for i in range(10):
        h = h + ops.conv2d(ops.relu(h), k[i], pad_mode="pad", padding=1)
    return h.abs().mean()


def program(x, k):
    loss, (dx, dk) = ms.value_and_grad(net, (0, 1))(x, k)
    return loss, {"x": dx, "k": dk}
