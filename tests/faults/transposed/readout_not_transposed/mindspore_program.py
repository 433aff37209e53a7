import mindspore as ms
from mindspore import ops


def forward(readout, x, coefficients):
    return (ops.matmul(ops.relu(x), readout) * coefficients).sum(1).mean()


def program(x, readout, coefficients):
    loss, dreadout = ms.value_and_grad(forward)(readout, x, coefficients)
    return loss, {"readout": dreadout}
