import mindspore as ms
from mindspore.amp import all_finite


def net(x):
    return (x * x).sum()


def program(x):
    loss, dx = ms.value_and_grad(net)(x)
    finite = all_finite((loss,)), all_finite((dx,))
    return {"loss": loss, "finite": finite}, {"x": dx}
