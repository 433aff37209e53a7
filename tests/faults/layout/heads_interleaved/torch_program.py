import torch


def program(memory, kv, query, steps):
    kv = kv.detach()
    for _ in range(steps):
        kv.requires_grad_()
        key, value = (memory @ kv.T).reshape(2, 5, 2, 2, 3).unbind(2)
        weights = torch.softmax((key * query.detach()).sum(-1), dim=1)
        loss = (weights[..., None] * value).sum(1).square().sum((1, 2)).mean()
        (dkv,) = torch.autograd.grad(loss, kv)
        yield loss, {"kv": dkv}
        kv = (kv - 0.1 * dkv).detach()
