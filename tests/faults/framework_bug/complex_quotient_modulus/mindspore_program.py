import mindspore as ms
from mindspore import ops


def net(received, channel):
    equalised = received / channel
    return ops.abs(equalised).sum(), equalised


def program(received, channel):
    (_, equalised), (dreceived, dchannel) = ms.value_and_grad(net, (0, 1), has_aux=True)(received, channel)
    return {"equalised": equalised}, {"received": dreceived, "channel": dchannel}
