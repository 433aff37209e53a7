import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 5, 3, bias=False)
        self.norm = nn.BatchNorm2d(5)
        self.head = nn.Linear(5, 3, bias=False)

    def forward(self, x):
        h = torch.relu(self.norm(self.conv(x)))
        return self.head(h.mean((2, 3)))


def program(images, labels, conv, gamma, beta, mean, variance, head):
    net = Net()
    state = {"conv.weight": conv, "norm.weight": gamma, "norm.bias": beta, "head.weight": head}
    state |= {"norm.running_mean": mean, "norm.running_var": variance}
    net.load_state_dict(state, strict=False)
    net.eval()  # fine-tuning: the statistics stay those of the pretraining
    loss = nn.functional.cross_entropy(net(images), labels)
    loss.backward()
    return loss, {
        "conv": net.conv.weight.grad,
        "gamma": net.norm.weight.grad,
        "beta": net.norm.bias.grad,
        "head": net.head.weight.grad,
    }
