import torch


def program(x):
    loss = (x**2).sum()
    loss.backward(torch.tensor(3.0))
    return loss, {"x": x.grad}
