import torch


def program(x, weight):
    y = x**2 @ weight
    for row in torch.eye(2):
        x.grad = None
        y.backward(row, retain_graph=True)
        yield y, {"x": x.grad}
