from torch import nn


def program(x, weight):
    drop = nn.Dropout(0.1)
    h = drop(x) @ weight.T
    loss = h.mean()
    loss.backward()
    return {"loss": loss}, {"x": x.grad, "weight": weight.grad}
