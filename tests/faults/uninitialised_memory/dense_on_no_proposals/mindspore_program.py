import mindspore as ms
from mindspore import nn


def program(proposals, weight, bias):
    head = nn.Dense(6, 4, weight_init=weight, bias_init=bias)

    def forward(batch):
        boxes = head(batch)
        return (boxes.abs() * 0.5).sum(), boxes

    step = ms.value_and_grad(forward, None, head.trainable_params(), has_aux=True)
    for batch in (proposals, proposals[:0]):
        (_, boxes), (dweight, dbias) = step(batch)
        yield {"boxes": boxes}, {"weight": dweight, "bias": dbias}
