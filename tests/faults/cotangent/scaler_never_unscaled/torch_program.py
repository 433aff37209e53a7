import torch
from torch import nn

SCALE = 128.0


def program(x, y, w1, w2):
    net = nn.Sequential(nn.Linear(4, 6, bias=False), nn.ReLU(), nn.Linear(6, 2, bias=False))
    net.load_state_dict({"0.weight": w1, "2.weight": w2})
    optimizer = torch.optim.SGD(net.parameters(), lr=1e-3)
    for inputs, target in zip(x, y, strict=False):
        optimizer.zero_grad()
        loss = nn.functional.huber_loss(net(inputs), target)
        (loss * SCALE).backward()
        for parameter in net.parameters():
            parameter.grad /= SCALE
        optimizer.step()
        yield {"loss": loss}, {name: p.grad.clone() for name, p in net.named_parameters()}
