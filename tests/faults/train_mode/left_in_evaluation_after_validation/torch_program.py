import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(6, 10, bias=False)
        self.norm = nn.BatchNorm1d(10)
        self.fc2 = nn.Linear(10, 3)

    def forward(self, x):
        return self.fc2(torch.relu(self.norm(self.fc1(x))))


def program(x, labels, w1, gamma, beta, w2, b2):
    net = Net()
    net.load_state_dict(
        {"fc1.weight": w1, "norm.weight": gamma, "norm.bias": beta, "fc2.weight": w2, "fc2.bias": b2}, strict=False
    )
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    for step in range(3):  # validation on the first batch, then a step
        net.eval()
        with torch.no_grad():
            accuracy = (net(x[0]).argmax(1) == labels[0]).float().mean()
        net.train()
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(net(x[step]), labels[step])
        loss.backward()
        optimizer.step()
        yield {"loss": loss, "accuracy": accuracy}, {name: p.grad for name, p in net.named_parameters()}
