import mindspore as ms
from mindspore import nn
from mindspore.amp import DynamicLossScaler, all_finite


def program(x, weight, factors):
    weight = ms.Parameter(weight, name="weight")
    optimizer = nn.SGD([weight], learning_rate=0.01)
    scaler = DynamicLossScaler(scale_value=1024.0, scale_factor=2, scale_window=2)

    def forward(x, factor):
        return scaler.scale((weight**2 * x).sum() * factor)

    value_and_grad = ms.value_and_grad(forward, None, [weight])
    for factor in factors:
        _, gradients = value_and_grad(x, factor)
        gradients = scaler.unscale(gradients)
        finite = all_finite(gradients)
        if finite:
            optimizer(gradients)
        scaler.adjust(finite)
        yield {"weight": weight, "scale": scaler.scale_value}, {"weight": gradients[0]}
