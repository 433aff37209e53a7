from torch import nn
from torch.nn import functional as F


class Net(nn.Module):
    def __init__(self, w1, w2):
        super().__init__()
        self.w1 = nn.Parameter(w1.detach().clone())
        self.w2 = nn.Parameter(w2.detach().clone())

    def forward(self, x):
        h = F.dropout(F.gelu(x @ self.w1.T), p=0.3, training=self.training)
        return h @ self.w2.T


def program(x, w1, w2):
    net = Net(w1, w2).eval()
    y = net(x)
    y.pow(2).sum().backward()
    return y, {"x": x.grad, "w1": net.w1.grad, "w2": net.w2.grad}
