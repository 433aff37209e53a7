import mindspore as ms
from mindspore import nn, ops


def program(x, target, weight):
    net = nn.Dense(3, 2, weight_init=weight, has_bias=False)
    net_with_loss = nn.WithLossCell(net, nn.MSELoss())
    parameters = ms.ParameterTuple(net.trainable_params())
    gradient = ops.GradOperation(get_all=True, get_by_list=True)(net_with_loss, parameters)
    (dx, dtarget), (dweight,) = gradient(x, target)
    return net_with_loss(x, target), {"x": dx, "target": dtarget, "weight": dweight}
