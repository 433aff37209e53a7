from mindspore import nn, ops


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
