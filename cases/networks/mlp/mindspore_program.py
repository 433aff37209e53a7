import mindspore as ms
from mindspore import ops
from net_mindspore import MLP  # a module beside this file


def program(x, labels, **weights):
    net = MLP()
    ms.load_param_into_net(net, {name.replace("_", "."): ms.Parameter(value) for name, value in weights.items()})

    def forward(x, labels):
        logits = net(x)
        return ops.cross_entropy(logits, labels), logits

    parameters = net.trainable_params()
    outputs, gradients = ms.value_and_grad(forward, None, parameters, has_aux=True)(x, labels)
    return outputs, {parameter.name: gradient for parameter, gradient in zip(parameters, gradients, strict=True)}
