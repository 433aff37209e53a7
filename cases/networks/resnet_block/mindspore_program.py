import mindspore as ms
from net_mindspore import Block  # a module beside this file


def torch_name(parameter):
    return parameter.name.replace("gamma", "weight").replace("beta", "bias")


def program(x, **weights):
    block = Block().set_train()
    parameters = {torch_name(parameter): parameter for parameter in block.trainable_params()}
    for name, parameter in parameters.items():
        parameter.set_data(weights[name.replace(".", "_")])

    def forward(x):
        y = block(x)
        return (y**2).mean(), y

    value_and_grad = ms.value_and_grad(forward, 0, list(parameters.values()), has_aux=True)
    (loss, y), (dx, gradients) = value_and_grad(x)
    return {"loss": loss, "y": y}, {"x": dx, **dict(zip(parameters, gradients, strict=True))}
