import mindspore as ms
from mindspore import nn, ops
from net_mindspore import CNN  # a module beside this file


def torch_name(parameter):
    return parameter.name.replace("gamma", "weight").replace("beta", "bias")


def program(images, labels, **weights):
    net = CNN().set_train()
    parameters = {torch_name(parameter): parameter for parameter in net.trainable_params()}
    for name, parameter in parameters.items():
        parameter.set_data(weights[name.replace(".", "_")])
    optimizer = nn.SGD(list(parameters.values()), learning_rate=0.05, momentum=0.9)

    def forward(x, y):
        return ops.cross_entropy(net(x), y)

    value_and_grad = ms.value_and_grad(forward, None, optimizer.parameters)
    for x, y in zip(images, labels, strict=True):
        loss, gradients = value_and_grad(x, y)
        optimizer(gradients)
        outputs = {
            "loss": loss,
            "parameters": parameters,
            "mean": net.norm.moving_mean,
            "variance": net.norm.moving_variance,
        }
        yield outputs, dict(zip(parameters, gradients, strict=True))
