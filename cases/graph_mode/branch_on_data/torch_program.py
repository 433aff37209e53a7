import torch


def net(row):
    if row.sum() > 0:
        return (row**3).sum()
    return torch.exp(row).sum()


def program(x):
    for row in x.detach():
        row.requires_grad_()
        z = net(row)
        z.backward()
        yield z, {"row": row.grad}
