import torch


def program(tokens, mask, w):
    states = tokens @ w
    states.mul_(mask.detach().unsqueeze(-1))
    pooled = states.sum(1) / mask.detach().sum(1, keepdim=True)
    loss = torch.logsumexp(pooled, 1).sum()
    loss.backward()
    return {"loss": loss, "pooled": pooled}, {"tokens": tokens.grad, "w": w.grad}
