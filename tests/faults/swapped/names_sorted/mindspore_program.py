import mindspore as ms
from mindspore import ops


def program(x, conv1, conv2, conv10, bias):
    weights = {"conv1": conv1, "conv2": conv2, "conv10": conv10, "bias": bias}

    def forward(conv1, conv2, conv10, bias):
        h = ops.sigmoid(ops.conv2d(x, conv1, pad_mode="pad", padding=1))
        h = ops.relu(ops.conv2d(h, conv2, pad_mode="pad", padding=1))
        h = ops.conv2d(h, conv10, bias)
        return (h**2).mean(), h

    (_, features), grads = ms.value_and_grad(forward, (0, 1, 2, 3), has_aux=True)(*weights.values())
    names = sorted(weights, key=lambda name: (name == "bias", name))
    return {"features": features}, dict(zip(names, grads, strict=False))
