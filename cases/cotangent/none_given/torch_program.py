import torch


def program(x):
    y = x**3
    try:
        y.backward()
        refused = False
    except RuntimeError:
        y.backward(torch.ones_like(y))
        refused = True
    return {"y": y, "refused": refused}, {"x": x.grad}
