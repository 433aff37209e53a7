import mindspore as ms
from mindspore import nn, ops


def program(images, weight, bias):
    conv = nn.Conv2d(2, 3, 3, pad_mode="valid", has_bias=True, weight_init=weight, bias_init=bias)
    optimizer = nn.SGD(conv.trainable_params(), learning_rate=0.1)

    def forward(batch):
        return (ops.relu(conv(batch)) ** 2).mean() / 2

    grad_fn = ms.grad(forward, None, conv.trainable_params())
    for i, batch in enumerate(images):
        grads = grad_fn(batch)
        if i % 2 == 1:
            optimizer(grads)
            yield (
                {"weight": conv.weight.asnumpy().copy(), "bias": conv.bias.asnumpy().copy()},
                {"weight": grads[0], "bias": grads[1]},
            )
