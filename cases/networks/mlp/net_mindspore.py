from mindspore import nn, ops


class MLP(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Dense(6, 5)
        self.fc2 = nn.Dense(5, 3)

    def construct(self, x):
        return self.fc2(ops.relu(self.fc1(x)))
