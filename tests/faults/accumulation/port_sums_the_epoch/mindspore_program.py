import mindspore as ms
from mindspore import ops


def forward(weight, bias, inputs, target):
    return ops.abs((inputs * weight).sum(-1) + bias - target).mean()


def program(x, y, weight, bias):
    grad_fn = ms.value_and_grad(forward, grad_position=(0, 1))
    dweight, dbias = ops.zeros_like(weight), ops.zeros_like(bias)
    for inputs, target in zip(x, y, strict=False):
        loss, (gw, gb) = grad_fn(weight, bias, inputs, target)
        dweight, dbias = dweight + gw, dbias + gb
        yield loss, {"weight": dweight, "bias": dbias}
