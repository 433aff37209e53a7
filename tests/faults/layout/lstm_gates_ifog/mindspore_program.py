import mindspore as ms
from mindspore import Parameter, nn, ops


def convert(value):
    i, f, g, o = ops.split(value, 3)
    return ops.cat((i, f, o, g))


class LSTM(nn.Cell):
    def __init__(self, weight_ih, weight_hh, bias):
        super().__init__()
        self.weight_ih = Parameter(convert(weight_ih), name="weight_ih")
        self.weight_hh = Parameter(convert(weight_hh), name="weight_hh")
        self.bias = Parameter(convert(bias), name="bias")

    def construct(self, x):
        h = ops.zeros((2, 3), x.dtype)
        c = ops.zeros((2, 3), x.dtype)
        for t in range(3):
            gates = ops.matmul(x[t], self.weight_ih.T) + ops.matmul(h, self.weight_hh.T) + self.bias
            i, f, o, g = ops.split(gates, 3, 1)
            c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.sin(g)
            h = ops.sigmoid(o) * ops.sin(c)
        return ops.square(h).mean(), h, c


def program(x, weight_ih, weight_hh, bias):
    net = LSTM(weight_ih, weight_hh, bias)
    params = net.trainable_params()
    (_, h, c), grads = ms.value_and_grad(net, None, params, has_aux=True)(x)
    return {"h": h, "c": c}, {p.name: g for p, g in zip(params, grads, strict=False)}
