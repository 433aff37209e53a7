import mindspore as ms
from mindspore import nn, ops


class Accumulator(nn.Cell):
    def __init__(self, optimizer):
        super().__init__(auto_prefix=False)
        self.optimizer = optimizer
        self.sums = optimizer.parameters.clone(prefix="sum", init="zeros")
        self.map = ops.HyperMap()

    def add(self, gradients):
        self.map(ops.assign_add, self.sums, gradients)

    def step(self):
        self.optimizer(self.sums)

    def clear(self):
        self.map(ops.assign, self.sums, self.map(ops.zeros_like, self.sums))


def program(x, target, weight, bias, k):
    model = nn.Dense(3, 2, weight_init=weight, bias_init=bias)
    parameters = model.trainable_params()
    accumulator = Accumulator(nn.SGD(parameters, learning_rate=0.1, momentum=0.9))

    def forward(x, target):
        return ops.mse_loss(model(x), target) / k

    value_and_grad = ms.value_and_grad(forward, None, parameters)
    for number in range(1, 5):
        rows = slice(2 * number - 2, 2 * number)
        loss, gradients = value_and_grad(x[rows], target[rows])
        accumulator.add(gradients)
        if number % k == 0:
            accumulator.step()
            yield (
                {"loss": loss, "parameters": {parameter.name: parameter for parameter in parameters}},
                {parameter.name: total for parameter, total in zip(parameters, accumulator.sums, strict=True)},
            )
            accumulator.clear()
