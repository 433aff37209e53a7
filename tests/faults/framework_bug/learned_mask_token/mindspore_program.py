import mindspore as ms
from mindspore import ops


def program(tokens, mask_value, w, masked):
    def net(tokens, mask_value, w):
        seen = ops.index_fill(tokens, 0, masked, mask_value)
        restored = ops.sigmoid(ops.matmul(seen, w))
        return ((restored - tokens) ** 2).mean()

    loss, (dtokens, dvalue, dw) = ms.value_and_grad(net, (0, 1, 2))(tokens, mask_value, w)
    return loss, {"tokens": dtokens, "mask_value": dvalue, "w": dw}
