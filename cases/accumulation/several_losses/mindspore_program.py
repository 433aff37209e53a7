import mindspore as ms
from mindspore import nn, ops


def program(x, target, weight):
    model = nn.Dense(3, 2, weight_init=weight, has_bias=False)

    def forward(x, target):
        data_loss = ops.mse_loss(model(x), target)
        penalty = 0.1 * (model.weight**2).sum()
        return data_loss + penalty, data_loss, penalty

    (_, *losses), gradients = ms.value_and_grad(forward, None, model.trainable_params(), has_aux=True)(x, target)
    return losses, {"weight": gradients[0]}
