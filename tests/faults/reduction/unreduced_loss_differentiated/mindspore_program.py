import mindspore as ms
from mindspore import nn


def program(x, target, w1, b1, w2):
    net = nn.SequentialCell(
        nn.Dense(3, 5, weight_init=w1, bias_init=b1), nn.Sigmoid(), nn.Dense(5, 2, weight_init=w2, has_bias=False)
    )
    criterion = nn.L1Loss(reduction="none")
    params = net.trainable_params()

    def forward(x, target):
        return criterion(net(x), target).sum(1)

    per_sample, grads = ms.value_and_grad(forward, None, params)(x, target)
    return {"per_sample": per_sample}, {p.name: g for p, g in zip(params, grads, strict=False)}
