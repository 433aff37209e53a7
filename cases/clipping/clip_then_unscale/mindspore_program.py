import mindspore as ms
from mindspore import ops
from mindspore.amp import StaticLossScaler

scaler = StaticLossScaler(1024)


def scaled_loss_of(a, b):
    return scaler.scale(((a**2).sum() + (b**2).sum()) / 2)


def program(a, b):
    loss, gradients = ms.value_and_grad(scaled_loss_of, (0, 1))(a, b)
    da, db = scaler.unscale(ops.clip_by_global_norm(gradients, 1.0))
    return scaler.unscale(loss), {"a": da, "b": db}
