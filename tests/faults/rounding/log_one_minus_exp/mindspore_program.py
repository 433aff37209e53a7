import mindspore as ms
from mindspore import ops


def net(t, weight):
    survival = ops.log(1 - ops.exp(-t))
    return (survival * weight).mean()


def program(t, weight):
    loss, (dt, dw) = ms.value_and_grad(net, (0, 1))(t, weight)
    return {"loss": loss}, {"t": dt, "weight": dw}
