import torch


def program(x, w):
    z = torch.exp(torch.complex(torch.sin(x), w))
    loss = z.abs().sum() + (z.real * z.imag).sum()
    loss.backward()
    return loss, {"x": x.grad, "w": w.grad}
