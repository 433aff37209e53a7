import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, w1, w2, b2):
        super().__init__()
        self.fc1 = nn.Linear(6, 8, bias=False)
        self.fc2 = nn.Linear(8, 3)
        self.load_state_dict({"fc1.weight": w1, "fc2.weight": w2, "fc2.bias": b2})

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))


def program(x, labels, w1, w2, b2):
    net = Net(w1, w2, b2)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.5)
    for inputs, label in zip(x, labels, strict=False):
        optimizer.zero_grad()
        logits = net(inputs)
        loss = nn.functional.cross_entropy(logits, label)
        loss.backward()
        optimizer.step()
        yield {"loss": loss, "logits": logits}, {n: p.grad.clone() for n, p in net.named_parameters()}
