import torch
from torch import nn


def program(x, probe, weight):
    net = nn.Sequential(nn.BatchNorm1d(5, momentum=0.1), nn.Linear(5, 2, bias=False))
    net.load_state_dict({"1.weight": weight}, strict=False)
    with torch.no_grad():
        for batch in x:
            net(batch)
    net.eval()
    y = net(probe)
    (y**2).mean().backward()
    return {"y": y}, {"probe": probe.grad, "weight": net[1].weight.grad, "gamma": net[0].weight.grad}
