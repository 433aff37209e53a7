import mindspore as ms
from mindspore import ops


def program(states, w, which):
    def net(states, w):
        hidden = ops.sigmoid(ops.matmul(states, w))
        chosen = hidden[which]
        return (chosen**2).sum(), chosen

    (loss, chosen), (dstates, dw) = ms.value_and_grad(net, (0, 1), has_aux=True)(states, w)
    return {"loss": loss, "chosen": chosen}, {"states": dstates, "w": dw}
