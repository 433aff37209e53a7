import mindspore as ms
from mindspore import nn, ops


def program(x, target, weight):
    model = nn.Dense(3, 2, weight_init=weight, has_bias=False)
    optimizer = nn.Momentum(model.trainable_params(), learning_rate=0.1, momentum=0.9, loss_scale=1024.0)

    def forward(x, target):
        return ops.mse_loss(model(x), target) * 1024

    gradients = ms.grad(forward, None, model.trainable_params())(x, target)
    optimizer(gradients)
    return {"weight": model.weight}, {"weight": gradients[0]}
