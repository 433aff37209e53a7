import mindspore as ms
from mindspore import nn

#: The order of torch.nn.LSTM.parameters(), layer by layer.  MindSpore's is kind by kind.
TORCH_ORDER = [f"{kind}_l{layer}" for layer in (0, 1) for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]


def program(x, target, **weights):
    net = nn.LSTM(4, 4, num_layers=2)
    parameters = net.trainable_params()
    for parameter in parameters:
        parameter.set_data(weights[parameter.name])

    def forward(x, target):
        _, (h, _) = net(x)
        return ((h[-1] - target) ** 2).mean()

    loss, gradients = ms.value_and_grad(forward, None, parameters)(x, target)
    return loss, dict(zip(TORCH_ORDER, gradients, strict=True))
