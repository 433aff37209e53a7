import mindspore as ms
from mindspore import nn, ops


class SquaredHinge(nn.Cell):
    def construct(self, signed, margin):
        return ops.maximum(margin - signed, 0.0) ** 2

    def bprop(self, signed, margin, out, dout):
        gap = ops.maximum(margin - signed, 0.0)
        return -dout * gap, (dout * gap).sum(0)


def program(scores, labels, margin):
    hinge = SquaredHinge()
    signs = 2 * labels - 1

    def net(scores, margin):
        return hinge(signs * scores, margin).mean()

    loss, (dscores, dmargin) = ms.value_and_grad(net, (0, 1))(scores, margin)
    return loss, {"scores": dscores, "margin": dmargin}
