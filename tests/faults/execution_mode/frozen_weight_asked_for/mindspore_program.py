import mindspore as ms
from mindspore import nn, ops


def program(x, frozen, head):
    f = nn.Dense(4, 5, has_bias=False, weight_init=frozen)
    h = nn.Dense(5, 2, has_bias=False, weight_init=head)
    f.weight.name, h.weight.name = "frozen.weight", "head.weight"
    f.weight.requires_grad = False

    def forward(x):
        y = h(ops.sin(f(x)))
        return (y**2).sum(), y

    (_, y), (df, dh) = ms.value_and_grad(forward, None, [f.weight, h.weight], has_aux=True)(x)
    return {"y": y}, {"frozen": df, "head": dh}
