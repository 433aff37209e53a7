import mindspore as ms
from mindspore import nn, ops


def program(x, weight, bias, proj):
    norm = nn.LayerNorm((8,), gamma_init=weight, beta_init=bias)

    def forward(x, proj):
        y = ops.matmul(norm(x), proj.T)
        return (y**2).mean(), y

    (_, y), ((dx, dp), (dw, db)) = ms.value_and_grad(forward, (0, 1), norm.trainable_params(), has_aux=True)(x, proj)
    return {"y": y}, {"x": dx, "weight": dw, "bias": db, "proj": dp}
