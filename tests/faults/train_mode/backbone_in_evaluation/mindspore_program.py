import mindspore as ms
from mindspore import nn, ops


def program(x, target, w1, w2, head):
    backbone = nn.SequentialCell(
        nn.Dense(5, 7, has_bias=False, weight_init=w1),
        nn.BatchNorm1d(7),
        nn.Tanh(),
        nn.Dense(7, 7, has_bias=False, weight_init=w2),
        nn.BatchNorm1d(7),
        nn.ReLU(),
    )
    top = nn.Dense(7, 2, has_bias=False, weight_init=head)
    top.set_train()

    def forward(x):
        return ops.l1_loss(top(backbone(x)), target)

    loss, (dx, (d1, d2, dh)) = ms.value_and_grad(forward, 0, [backbone[0].weight, backbone[3].weight, top.weight])(x)
    return loss, {"w1": d1, "w2": d2, "head": dh, "x": dx}
