import mindspore as ms
from mindspore import ops


def program(tokens, mask, w):
    def net(tokens, w):
        states = ops.matmul(tokens, w)
        states.mul_(mask.unsqueeze(-1))
        pooled = states.sum(1) / mask.sum(1, keepdims=True)
        return ops.logsumexp(pooled, 1).sum(), pooled

    (loss, pooled), (dtokens, dw) = ms.value_and_grad(net, (0, 1), has_aux=True)(tokens, w)
    return {"loss": loss, "pooled": pooled}, {"tokens": dtokens, "w": dw}
