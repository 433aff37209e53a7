import torch


def attention(query, key, value):
    weights = torch.softmax(query @ key.transpose(-1, -2) / 6**0.5, dim=-1)
    return (weights @ value).pow(2).sum(-1).mean()


def program(query, key, value):
    loss = attention(query, key, value)
    loss.backward()
    return loss, {"query": query.grad, "key": key.grad, "value": value.grad}
