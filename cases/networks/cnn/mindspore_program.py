import mindspore as ms
from mindspore import nn, ops

TORCH_NAMES = {"norm.gamma": "norm.weight", "norm.beta": "norm.bias"}


class CNN(nn.Cell):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3, pad_mode="pad", padding=1)
        self.norm = nn.BatchNorm2d(4)
        self.pool = nn.MaxPool2d(2, stride=2)
        self.head = nn.Dense(64, 3)

    def construct(self, x):
        h = self.pool(ops.relu(self.norm(self.conv(x))))
        return self.head(h.flatten(start_dim=1))


def program(x, labels, **weights):
    net = CNN().set_train()
    parameters = {TORCH_NAMES.get(parameter.name, parameter.name): parameter for parameter in net.trainable_params()}
    for name, parameter in parameters.items():
        parameter.set_data(weights[name.replace(".", "_")])

    def forward(x, labels):
        logits = net(x)
        return ops.cross_entropy(logits, labels), logits

    value_and_grad = ms.value_and_grad(forward, 0, list(parameters.values()), has_aux=True)
    (loss, logits), (dx, gradients) = value_and_grad(x, labels)
    statistics = {"mean": net.norm.moving_mean, "variance": net.norm.moving_variance}
    return {"loss": loss, "logits": logits, **statistics}, {"x": dx, **dict(zip(parameters, gradients, strict=True))}
