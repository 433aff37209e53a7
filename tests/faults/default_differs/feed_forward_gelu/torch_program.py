from torch import nn


class FeedForward(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.Linear(6, 12, bias=False)
        self.down = nn.Linear(12, 6, bias=False)
        self.act = nn.GELU()

    def forward(self, x):
        return x + self.down(self.act(self.up(x)))


def program(x, up, down):
    net = FeedForward()
    net.load_state_dict({"up.weight": up, "down.weight": down})
    y = net(x)
    (y**2).sum().backward()
    return y, {"x": x.grad, "up": net.up.weight.grad, "down": net.down.weight.grad}
