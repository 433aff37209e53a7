import torch
from torch.nn import functional as F


def program(hidden, gate, head, labels):
    logits = (hidden * torch.sigmoid(hidden @ gate)) @ head
    loss = F.cross_entropy(logits.transpose(1, 2), labels)
    loss.backward()
    return loss, {"hidden": hidden.grad, "gate": gate.grad, "head": head.grad}
