import torch


def program(filter, x, target):
    spectrum = torch.fft.rfft(x, dim=-1) @ filter
    loss = (spectrum.real - target).square().mean() + spectrum.imag.square().mean()
    loss.backward()
    return loss, {"filter": filter.grad, "target": target.grad}
