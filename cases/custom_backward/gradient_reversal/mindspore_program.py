import mindspore as ms
from mindspore import nn, ops


class Reverse(nn.Cell):
    def __init__(self, strength):
        super().__init__()
        self.strength = strength

    def construct(self, x):
        return x

    def bprop(self, x, out, dout):
        return (-self.strength * dout,)


def program(x, feature, label_head, domain_head):
    reverse = Reverse(0.3)

    def net(feature, label_head, domain_head):
        features = ops.relu(ops.matmul(x, feature))
        label = ops.matmul(features, label_head)
        domain = ops.matmul(reverse(features), domain_head)
        return (label**2).mean() + (domain**2).mean()

    value_and_grad = ms.value_and_grad(net, grad_position=(0, 1, 2))
    loss, (dfeature, dlabel, ddomain) = value_and_grad(feature, label_head, domain_head)
    return loss, {"feature": dfeature, "label_head": dlabel, "domain_head": ddomain}
