import mindspore as ms
from mindspore.amp import StaticLossScaler, all_finite


def scaled_by(scaler):
    def loss_of(x):
        return scaler.scale((x * x).sum().astype(ms.float32))

    return loss_of


def program(x):
    for scale in (1024, 64):
        scaler = StaticLossScaler(scale)
        loss, dx = ms.value_and_grad(scaled_by(scaler))(x)
        yield {"loss": scaler.unscale(loss), "finite": all_finite((dx,))}, {"x": dx}
