from torch.nn import functional as F


def program(logits, labels):
    loss = F.cross_entropy(logits, labels)
    loss.backward()
    return loss, {"logits": logits.grad}
