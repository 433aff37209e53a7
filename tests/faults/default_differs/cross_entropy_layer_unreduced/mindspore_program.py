import mindspore as ms
from mindspore import nn, ops


def program(x, labels, w1, w2):
    criterion = nn.SoftmaxCrossEntropyWithLogits(sparse=True)

    def forward(w1, w2):
        logits = ops.matmul(ops.relu(ops.matmul(x, w1.T)), w2.T)
        return criterion(logits, labels), logits

    (_, logits), (d1, d2) = ms.value_and_grad(forward, (0, 1), has_aux=True)(w1, w2)
    return logits, {"w1": d1, "w2": d2}
