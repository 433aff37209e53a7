import mindspore as ms
from mindspore import nn, ops
from mindspore.amp import StaticLossScaler


def program(x, target, weight):
    model = nn.Dense(3, 2, weight_init=weight, has_bias=False)
    optimizer = nn.SGD(model.trainable_params(), learning_rate=0.1)
    scaler = StaticLossScaler(1024)

    def forward(x, target):
        return scaler.scale(ops.mse_loss(model(x), target))

    loss, gradients = ms.value_and_grad(forward, None, model.trainable_params())(x, target)
    gradients = scaler.unscale(gradients)
    optimizer(gradients)
    return {"loss": scaler.unscale(loss), "weight": model.weight}, {"weight": gradients[0]}
