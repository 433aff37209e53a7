import torch


def program(x, wqkv, wo):
    q, k, v = (t.reshape(2, 5, 2, 4).transpose(1, 2) for t in (x @ wqkv).split(8, -1))
    scores = q @ k.transpose(-1, -2) / 2
    scores = scores.masked_fill(torch.ones(5, 5).triu(1).bool(), float("-inf"))
    y = (torch.softmax(scores, -1) @ v).transpose(1, 2).reshape(2, 5, 8) @ wo
    loss = (y**2).mean()
    loss.backward()
    return {"loss": loss, "y": y}, {"x": x.grad, "wqkv": wqkv.grad, "wo": wo.grad}
