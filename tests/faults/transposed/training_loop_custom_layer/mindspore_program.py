import mindspore as ms
from mindspore import Parameter, nn, ops


class Linear(nn.Cell):
    def __init__(self, weight, bias):
        super().__init__()
        self.weight = Parameter(weight.swapaxes(0, 1), name="weight")
        self.bias = Parameter(bias, name="bias")

    def construct(self, x):
        return ops.matmul(x, self.weight) + self.bias


def program(x, labels, weight, bias):
    model = Linear(weight, bias)
    optimizer = nn.Adam(model.trainable_params(), learning_rate=0.01)

    def forward(inputs, label):
        return ops.cross_entropy(model(inputs), label)

    grad_fn = ms.value_and_grad(forward, None, optimizer.parameters)
    for inputs, label in zip(x, labels, strict=False):
        loss, (dweight, dbias) = grad_fn(inputs, label)
        optimizer((dweight, dbias))
        yield loss, {"weight": dweight, "bias": dbias}
