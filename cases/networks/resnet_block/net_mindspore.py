from mindspore import nn, ops


class Block(nn.Cell):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 3, stride=2, pad_mode="pad", padding=1)
        self.bn1 = nn.BatchNorm2d(4)
        self.conv2 = nn.Conv2d(4, 4, 3, pad_mode="pad", padding=1)
        self.bn2 = nn.BatchNorm2d(4)
        self.project = nn.Conv2d(3, 4, 1, stride=2, pad_mode="valid")

    def construct(self, x):
        h = ops.relu(self.bn1(self.conv1(x)))
        return ops.relu(self.bn2(self.conv2(h)) + self.project(x))
