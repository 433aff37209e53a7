import mindspore as ms
import numpy as np
from mindspore import nn, ops


class Sort(nn.Cell):
    def construct(self, x):
        array = x.asnumpy()
        order = np.argsort(array)
        return ms.Tensor(array[order]), ms.Tensor(order, ms.int32)

    def bprop(self, x, out, dout):
        _, order = out
        dsorted, _ = dout
        return (ops.unsorted_segment_sum(dsorted, order, x.shape[0]),)


def program(x, weight):
    sort = Sort()

    def net(x, weight):
        ordered, _ = sort(x)
        return (ordered * weight).sum() + (x**2).sum()

    z, (dx, dweight) = ms.value_and_grad(net, grad_position=(0, 1))(x, weight)
    return z, {"x": dx, "weight": dweight}
