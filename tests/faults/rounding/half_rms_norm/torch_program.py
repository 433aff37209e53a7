import torch


def program(x, weight):
    h = x.float() if x.dtype == torch.float16 else x
    h = h * torch.rsqrt(h.pow(2).mean(-1, keepdim=True) + 1e-9)
    y = h.to(x.dtype)
    (y * weight).sum().backward()
    return y, {"x": x.grad}
