import mindspore as ms
from mindspore import nn, ops


def program(x, target, w1, w2):
    net = nn.SequentialCell(
        nn.Dense(5, 16, has_bias=False, weight_init=w1),
        nn.Sigmoid(),
        nn.Dropout(p=0.5),
        nn.Dense(16, 2, has_bias=False, weight_init=w2),
    )
    net.set_train()

    def forward(x, target):
        y = net(x)
        return ops.mse_loss(y, target), y

    (loss, y), (d1, d2) = ms.value_and_grad(forward, None, net.trainable_params(), has_aux=True)(x, target)
    return {"y": y, "loss": loss}, {"w1": d1, "w2": d2}
