import mindspore as ms
from mindspore import ops
from mindspore.amp import StaticLossScaler

scaler = StaticLossScaler(1024)


def loss_of(x):
    half = x.astype(ms.float16)
    return (ops.stop_gradient(half) * (half * 2.0**-13 * 2.0**-13)).astype(ms.float32).sum()


def scaled_loss_of(x):
    return scaler.scale(loss_of(x))


def program(x):
    plain = ms.grad(loss_of)(x)
    scaled = ms.grad(scaled_loss_of)(x)
    return None, {"plain": plain, "scaled": scaler.unscale(scaled)}
