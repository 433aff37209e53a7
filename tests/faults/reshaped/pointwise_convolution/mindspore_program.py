import mindspore as ms
from mindspore import nn, ops


def program(x, weight, bias, steps):
    conv = nn.Conv2d(4, 5, 1, has_bias=True, weight_init=weight.reshape(5, 4, 1, 1), bias_init=bias)
    optimizer = nn.SGD(conv.trainable_params(), learning_rate=0.2)

    def forward(x):
        out = conv(x)
        return ops.square(ops.relu(out)).mean(), out

    grad_fn = ms.value_and_grad(forward, None, optimizer.parameters, has_aux=True)
    for _ in range(steps):
        (_, out), (dweight, dbias) = grad_fn(x)
        optimizer((dweight, dbias))
        yield {"out": out}, {"weight": dweight, "bias": dbias}
