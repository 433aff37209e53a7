import torch


def program(x):
    y = torch.relu(x) * 5 + torch.abs(x)
    y.sum().backward()
    return y, {"x": x.grad}
