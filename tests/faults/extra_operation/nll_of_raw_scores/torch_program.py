import torch
from torch.nn import functional as F


def program(x, labels, weight):
    scores = torch.log_softmax(F.linear(x, weight), dim=1)
    loss = F.nll_loss(scores, labels)
    loss.backward()
    return {"loss": loss}, {"weight": weight.grad, "x": x.grad}
