import torch


def program(x):
    rounded = x.to(torch.int32).to(torch.float32)
    z = (rounded * x).sum()
    z.backward()
    return z, {"x": x.grad}
