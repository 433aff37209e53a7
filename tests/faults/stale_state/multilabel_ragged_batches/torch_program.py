import torch
from torch import nn


def program(x, y, w1, b1, w2, b2):
    net = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 4))
    net.load_state_dict({"0.weight": w1, "0.bias": b1, "2.weight": w2, "2.bias": b2})
    criterion = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.2)
    for start, stop in ((0, 6), (6, 12), (12, 14)):
        optimizer.zero_grad()
        loss = criterion(net(x[start:stop]), y[start:stop])
        loss.backward()
        yield {"loss": loss}, {name: p.grad.clone() for name, p in net.named_parameters()}
        optimizer.step()
