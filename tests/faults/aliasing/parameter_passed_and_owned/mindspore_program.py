import mindspore as ms
from mindspore import nn


def program(x, weight, bias):
    net = nn.Dense(4, 3, weight_init=weight, bias_init=bias)

    def objective(penalised):
        prediction = net(x)
        return (prediction**2).mean() + 0.3 * ((penalised[:, 1:] - penalised[:, :-1]) ** 2).sum()

    loss, dpenalised = ms.value_and_grad(objective)(net.weight)
    return loss, {"penalised": dpenalised}
