import torch
from torch import nn


def program(images, w1, w2):
    net = nn.Sequential(
        nn.Conv2d(2, 4, 3, bias=False), nn.ReLU(), nn.Conv2d(4, 5, 3, bias=False), nn.AdaptiveAvgPool2d(1), nn.Flatten()
    )
    net.load_state_dict({"0.weight": w1, "2.weight": w2})
    features = net(images)
    loss = torch.logsumexp(features, 1).mean()
    loss.backward()
    return {"features": features}, {"w1": net[0].weight.grad, "w2": net[2].weight.grad, "images": images.grad}
