import mindspore as ms
from mindspore import nn, ops
from mindspore.amp import StaticLossScaler


def program(x, target, weight):
    model = nn.Dense(3, 2, weight_init=weight, has_bias=False)
    optimizer = nn.Momentum(model.trainable_params(), learning_rate=0.1, momentum=0.9, loss_scale=1024.0)
    scaler = StaticLossScaler(1024)

    def forward(x, target):
        return scaler.scale(ops.mse_loss(model(x), target))

    gradients = ms.grad(forward, None, model.trainable_params())(x, target)
    gradients = scaler.unscale(gradients)
    optimizer(gradients)
    return {"weight": model.weight}, {"weight": gradients[0]}
