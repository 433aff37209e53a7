import mindspore as ms
from mindspore import nn, ops


def program(x, weight):
    drop = nn.Dropout(0.1)
    drop.set_train()

    def forward(x, weight):
        h = ops.matmul(drop(x), weight.T)
        return h.mean()

    loss, (dx, dw) = ms.value_and_grad(forward, (0, 1))(x, weight)
    return {"loss": loss}, {"x": dx, "weight": dw}
