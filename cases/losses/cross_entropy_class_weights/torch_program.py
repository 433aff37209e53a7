from torch.nn import functional as F


def program(logits, labels, weight):
    loss = F.cross_entropy(logits, labels, weight=weight.detach())
    loss.backward()
    return loss, {"logits": logits.grad}
