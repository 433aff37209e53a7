import torch


def program(query, key, value):
    weights = torch.softmax(query @ key.transpose(-2, -1) / 2.0 + 0.1 * query.sum(-1, keepdim=True), -1)
    y = weights @ value + 0.5 * query
    loss = (y**2).mean() + 0.01 * (key**2).mean()
    loss.backward()
    return {"y": y, "loss": loss}, {"query": query.grad, "key": key.grad, "value": value.grad}
