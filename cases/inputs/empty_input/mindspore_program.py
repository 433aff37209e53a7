import mindspore as ms
from mindspore import ops


def net(none, some):
    return ops.cat((none, some)) ** 2


def program(none, some):
    z, (dnone, dsome) = ms.value_and_grad(net, grad_position=(0, 1))(none, some)
    return z, {"none": dnone, "some": dsome}
