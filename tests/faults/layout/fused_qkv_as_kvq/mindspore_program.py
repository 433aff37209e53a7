import mindspore as ms
from mindspore import nn, ops


class Attention(nn.Cell):
    def __init__(self, in_proj, in_bias, out_proj):
        super().__init__()
        weight = ops.cat((in_proj[6:], in_proj[:6]))
        bias = ops.cat((in_bias[6:], in_bias[:6]))
        self.in_proj = nn.Dense(6, 18, weight_init=weight, bias_init=bias)
        self.out_proj = nn.Dense(6, 6, weight_init=out_proj, has_bias=False)

    def construct(self, x):
        k, v, q = ops.split(self.in_proj(x), 6, 2)
        weights = ops.softmax(ops.bmm(q, k.swapaxes(1, 2)) / 6**0.5, -1)
        out = self.out_proj(ops.bmm(weights, v))
        return ops.square(out).mean(), out


def program(x, in_proj, in_bias, out_proj):
    net = Attention(in_proj, in_bias, out_proj)
    (_, out), grads = ms.value_and_grad(net, None, net.trainable_params(), has_aux=True)(x)
    dweight, dbias, dout = grads
    return {"out": out}, {"in_proj": dweight, "in_bias": dbias, "out_proj": dout}
