import mindspore as ms
from mindspore import ops


def net_loss(w, v, x, y):
    return ((ops.matmul(ops.relu(ops.matmul(x, w)), v) - y) ** 2).mean()


def program(support, support_y, query, query_y, w, v):
    def outer(w, v):
        dw, dv = ms.grad(net_loss, (0, 1))(w, v, support, support_y)
        return net_loss(w - 0.3 * dw, v - 0.3 * dv, query, query_y)

    loss, (dw, dv) = ms.value_and_grad(outer, (0, 1))(w, v)
    return loss, {"w": dw, "v": dv}
