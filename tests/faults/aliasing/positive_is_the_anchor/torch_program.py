import torch
from torch.func import grad


def triplet(anchor, positive, negative, projection):
    a, p, n = (torch.tanh(t @ projection) for t in (anchor, positive, negative))
    near = (((a - p + 0.1) ** 2).sum(1) + 1e-3).sqrt()
    far = (((a - n) ** 2).sum(1) + 1e-3).sqrt()
    return (near - far + 5.0).relu().mean()


def program(anchor, positive, negative, projection):
    anchor, positive, negative, projection = (t.detach() for t in (anchor, positive, negative, projection))
    for pair in (anchor, positive):
        da, dp, dn = grad(triplet, (0, 1, 2))(anchor, pair, negative, projection)
        yield {}, {"anchor": da, "positive": dp, "negative": dn}
