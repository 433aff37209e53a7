import torch


def program(none, some):
    z = torch.cat((none, some)) ** 2
    z.sum().backward()
    return z, {"none": none.grad, "some": some.grad}
