import mindspore as ms
from mindspore import nn, ops


def program(x, target, weight):
    model = nn.Dense(3, 2, weight_init=weight, has_bias=False)

    def forward(x, target):
        return ops.mse_loss(model(x), target)

    value_and_grad = ms.value_and_grad(forward, None, model.trainable_params())
    total, gradient = 0, 0
    for part in range(4):
        rows = slice(2 * part, 2 * part + 2)
        loss, (dweight,) = value_and_grad(x[rows], target[rows])
        total += loss
        gradient += dweight
    return total, {"weight": gradient}
