import mindspore as ms
from mindspore import nn, ops


def program(x, conv, head):
    net = nn.SequentialCell(
        nn.Conv2d(2, 4, 3, pad_mode="pad", padding=1, weight_init=conv),
        nn.ReLU(),
        nn.Dropout(p=0.5),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Dropout(p=0.2),
        nn.Dense(4, 3, has_bias=False, weight_init=head),
    )
    net.set_train()

    def top_score(x):
        scores = net(x)
        return ops.amax(scores, 1).sum(), scores

    (_, scores), dx = ms.value_and_grad(top_score, has_aux=True)(x)
    return {"scores": scores}, {"saliency": dx}
