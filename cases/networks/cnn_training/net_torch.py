from torch import nn


class CNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(4)
        self.pool = nn.MaxPool2d(2)
        self.head = nn.Linear(64, 3)

    def forward(self, x):
        h = self.pool(self.norm(self.conv(x)).relu())
        return self.head(h.flatten(1))
