import mindspore as ms
from mindspore import nn, ops


def program(images, w1, w2):
    net = nn.SequentialCell(
        nn.Conv2d(2, 4, 3, weight_init=w1),
        nn.ReLU(),
        nn.Conv2d(4, 5, 3, weight_init=w2),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
    )

    def forward(images):
        features = net(images)
        return ops.logsumexp(features, 1).mean(), features

    (_, features), (di, (d1, d2)) = ms.value_and_grad(forward, 0, net.trainable_params(), has_aux=True)(images)
    return {"features": features}, {"w1": d1, "w2": d2, "images": di}
