import mindspore as ms
from mindspore import nn


def program(x, probe, weight):
    norm = nn.BatchNorm1d(5, momentum=0.1)
    net = nn.SequentialCell(norm, nn.Dense(5, 2, has_bias=False, weight_init=weight))
    net.set_train()
    for batch in x:
        net(batch)
    net.set_train(False)

    def forward(probe):
        y = net(probe)
        return (y**2).mean(), y

    (_, y), (dp, (dw, dg)) = ms.value_and_grad(forward, 0, [net[1].weight, norm.gamma], has_aux=True)(probe)
    return {"y": y}, {"probe": dp, "weight": dw, "gamma": dg}
