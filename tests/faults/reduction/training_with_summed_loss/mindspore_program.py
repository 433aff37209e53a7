import mindspore as ms
from mindspore import nn


def program(x, target, weight, bias):
    model = nn.Dense(4, 3, weight_init=weight, bias_init=bias)
    optimizer = nn.SGD(model.trainable_params(), learning_rate=0.02)
    criterion = nn.MSELoss(reduction="sum")

    def forward(x, target):
        return criterion(model(x), target)

    grad_fn = ms.value_and_grad(forward, None, optimizer.parameters)
    for _ in range(3):
        loss, grads = grad_fn(x, target)
        optimizer(grads)
        yield {"loss": loss}, {"weight": grads[0], "bias": grads[1]}
