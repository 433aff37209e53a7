import mindspore as ms
from mindspore import ops


def leaky_relu(x):
    return ops.leaky_relu(x, 0.01)


ACTIVATIONS = {
    "elu": ops.elu,
    "hardsigmoid": ops.hardsigmoid,
    "hardswish": ops.hardswish,
    "hardtanh": ops.hardtanh,
    "leaky_relu": leaky_relu,
    "relu6": ops.relu6,
}


def program(x):
    outputs, gradients = {}, {}
    for name, activation in ACTIVATIONS.items():
        outputs[name], gradients[name] = ms.value_and_grad(activation)(x)
    return outputs, gradients
