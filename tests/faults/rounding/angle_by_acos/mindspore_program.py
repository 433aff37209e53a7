import mindspore as ms
from mindspore import ops


def net(u, turn):
    v = u + turn * ms.Tensor([1.0, -1.0], u.dtype)
    cosine = (u * v).sum(1) / ops.sqrt((u * u).sum(1) * (v * v).sum(1))
    return ops.acos(cosine).sum()


def program(u, turn):
    du, dturn = ms.grad(net, (0, 1))(u, turn)
    return {"u": du, "turn": dturn}
