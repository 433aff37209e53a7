import mindspore as ms
from mindspore import ops


def net(x, w1, w2):
    p, q = ops.matmul(x, w1), ops.matmul(x, w2)
    there = ops.kl_div(ops.log_softmax(p, 1), ops.softmax(q, 1), reduction="sum")
    back = ops.kl_div(ops.log_softmax(q, 1), ops.softmax(p, 1), reduction="sum")
    return there + back, there, back


def program(x, w1, w2):
    (_, there, back), (dx, dw1, dw2) = ms.value_and_grad(net, (0, 1, 2), has_aux=True)(x, w1, w2)
    return {"there": there, "back": back}, {"x": dx, "w1": dw1, "w2": dw2}
