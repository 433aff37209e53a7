import torch
from torch.nn import functional as F


def program(x, in_proj, in_bias, out_proj):
    q, k, v = F.linear(x, in_proj, in_bias).chunk(3, dim=-1)
    weights = torch.softmax(q @ k.transpose(1, 2) / 6**0.5, dim=-1)
    out = F.linear(weights @ v, out_proj)
    loss = out.square().mean()
    loss.backward()
    return {"out": out}, {"in_proj": in_proj.grad, "in_bias": in_bias.grad, "out_proj": out_proj.grad}
