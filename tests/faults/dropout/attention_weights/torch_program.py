import torch
from torch.nn import functional as F


def program(query, key, value):
    weights = torch.softmax(query @ key.mT / 2, -1)
    weights = F.dropout(weights, 0.2)
    y = weights @ value
    y.square().sum().backward()
    return {"y": y}, {"query": query.grad, "key": key.grad, "value": value.grad}
