import torch


def attend(query, memory, seed_scale):
    scores = query @ memory.transpose(1, 2) / seed_scale
    weights = torch.sigmoid(scores)
    return (weights @ memory).square().mean(), weights


def program(query, memory, seed_scale):
    loss, _weights = attend(query, memory, seed_scale)
    loss.backward()
    return {"loss": loss}, {"query": query.grad, "memory": memory.grad}
