import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, weight, spare):
        super().__init__()
        self.weight = nn.Parameter(weight.detach().clone())
        self.spare = nn.Parameter(spare.detach().clone())

    def forward(self, x):
        return x @ self.weight.T


def program(x, target, weight, spare):
    net = Net(weight, spare)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, weight_decay=0.1)
    for _ in range(5):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(net(x), target)
        loss.backward()
        optimizer.step()
        yield {"loss": loss, "weight": net.weight, "spare": net.spare}, {"weight": net.weight.grad}
