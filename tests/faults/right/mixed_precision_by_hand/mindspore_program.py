import mindspore as ms
from mindspore import ops


def net(x, w, v):
    h = ops.relu(ops.matmul(x.half(), w.half())).float()
    loss = ops.matmul(h, v).pow(2).mean()
    return loss * 1024, loss


def program(x, w, v):
    (_, loss), (dx, dw, dv) = ms.value_and_grad(net, (0, 1, 2), has_aux=True)(x, w, v)
    return loss, {"x": dx / 1024, "w": dw / 1024, "v": dv / 1024}
