import mindspore as ms
from mindspore import nn, ops


def program(images, kernel):
    conv = nn.Conv2d(2, 4, 3, pad_mode="valid", weight_init=kernel.swapaxes(2, 3))
    optimizer = nn.SGD(conv.trainable_params(), learning_rate=0.1, momentum=0.9)

    def forward(batch):
        return ops.abs(conv(batch.swapaxes(2, 3))).mean()

    grad_fn = ms.value_and_grad(forward, None, optimizer.parameters)
    for batch in images:
        loss, grads = grad_fn(batch)
        optimizer(grads)
        yield {"loss": loss}, {"kernel": grads[0]}
