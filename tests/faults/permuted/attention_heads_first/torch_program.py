import torch


def program(query, key, value):
    q, k, v = (t.transpose(1, 2) for t in (query, key, value))
    weights = torch.softmax(q @ k.transpose(2, 3) / 2, -1)
    out = (weights @ v).transpose(1, 2).flatten(2)
    loss = out.pow(2).sum(-1).mean()
    loss.backward()
    return {"out": out}, {"query": query.grad, "key": key.grad, "value": value.grad}
