import mindspore as ms
from mindspore import nn, ops


def program(x, y, w, b):
    net = nn.Dense(3, 2, weight_init=w, bias_init=b)
    parameters = net.trainable_params()

    def forward(x, y):
        return ops.mse_loss(net(x), y) / 4

    grad = ms.grad(forward, None, parameters)
    for _ in range(2):
        total = [ops.zeros_like(p) for p in parameters]
        for i in range(0, 8, 2):
            total = [t + g for t, g in zip(total, grad(x[i : i + 2], y[i : i + 2]), strict=True)]
        norm = sum((t**2).sum() for t in total).sqrt()
        factor = ops.minimum(0.5 / (norm + 1e-6), ops.ones_like(norm))
        total = [t * factor for t in total]
        yield {"norm": norm}, {p.name: t for p, t in zip(parameters, total, strict=True)}
        for p, t in zip(parameters, total, strict=True):
            ops.assign(p, p - 0.3 * t)
