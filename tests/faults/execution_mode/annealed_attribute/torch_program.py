import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, weight):
        super().__init__()
        self.weight = nn.Parameter(weight.detach().clone())
        self.temperature = 2.0

    def forward(self, x):
        return torch.softmax(x @ self.weight.T / self.temperature, -1)


def program(x, target, weight):
    net = Net(weight)
    for _ in range(3):
        net.zero_grad()
        loss = ((net(x) - target) ** 2).mean()
        loss.backward()
        yield {"loss": loss}, {"weight": net.weight.grad}
        net.temperature *= 0.7
