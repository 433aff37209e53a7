import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(6, 12)
        self.drop = nn.Dropout(p=0.25)
        self.head = nn.Linear(12, 4)

    def forward(self, x):
        return self.head(self.drop(torch.relu(self.hidden(x))))


def program(x, labels, w1, b1, w2, b2):
    net = Net()
    net.load_state_dict({"hidden.weight": w1, "hidden.bias": b1, "head.weight": w2, "head.bias": b2})
    optimizer = torch.optim.SGD(net.parameters(), lr=0.2, momentum=0.9)
    for _ in range(3):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(net(x), labels)
        loss.backward()
        optimizer.step()
        yield {"loss": loss}, {name: p.grad for name, p in net.named_parameters()}
