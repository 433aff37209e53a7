import torch


def scores(query, key, mask, use_mask=False):
    s = torch.einsum("bqd,bkd->bqk", query, key) / 2
    if use_mask:
        s = s + mask
    return torch.softmax(s, dim=-1)


def program(query, key, mask):
    y = scores(query, key, mask)
    loss = (y**2).sum()
    dq, dk, dm = torch.autograd.grad(loss, [query, key, mask], allow_unused=True)
    return {"scores": y}, {"query": dq, "key": dk, "mask": dm}
