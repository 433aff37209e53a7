import mindspore as ms
from mindspore import nn


def program(x, y, weight, bias):
    model = nn.Dense(4, 2, weight_init=weight, bias_init=bias)
    optimizer = nn.SGD(model.trainable_params(), learning_rate=0.25)
    step = nn.TrainOneStepCell(nn.WithLossCell(model, nn.SmoothL1Loss(reduction="mean")), optimizer)
    for inputs, target in zip(x, y, strict=False):
        before = {p.name: ms.Tensor(p.asnumpy().copy()) for p in model.trainable_params()}
        loss = step(inputs, target)
        yield loss, {p.name: before[p.name] - p for p in model.trainable_params()}
