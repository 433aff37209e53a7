import mindspore as ms
from mindspore import ops


def scores(query, key, mask, use_mask=False):
    s = ops.matmul(query, key.swapaxes(1, 2)) / 2
    if use_mask:
        s = s + mask
    return ops.softmax(s, axis=-1)


def program(query, key, mask):
    def net(query, key, mask):
        y = scores(query, key, mask)
        return (y**2).sum(), y

    (_, y), (dq, dk, dm) = ms.value_and_grad(net, (0, 1, 2), has_aux=True)(query, key, mask)
    return {"scores": y}, {"query": dq, "key": dk, "mask": dm}
