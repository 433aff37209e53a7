import mindspore as ms
from mindspore import Parameter, nn, ops


class Conv(nn.Cell):
    def __init__(self, weight, name, padding=0):
        super().__init__()
        self.weight = Parameter(weight.transpose(2, 3, 1, 0), name=name)
        self.padding = padding

    def construct(self, x):
        kernel = ops.transpose(self.weight, (3, 2, 0, 1))
        return ops.conv2d(x, kernel, pad_mode="pad", padding=self.padding)


def program(x, labels, conv1, conv2):
    first, second = Conv(conv1, "conv1", 1), Conv(conv2, "conv2")
    params = [first.weight, second.weight]
    one_hot = ops.one_hot(labels, 3, ms.Tensor(1.0), ms.Tensor(0.0))

    def forward(x):
        score = second(ops.relu(first(x))).mean((2, 3))
        return ops.square(score * one_hot).sum(1).mean() - score.mean(), score

    (loss, score), grads = ms.value_and_grad(forward, None, params, has_aux=True)(x)
    return {"loss": loss, "score": score}, {p.name: g for p, g in zip(params, grads, strict=False)}
