from torch.nn import functional as F


def program(logits, labels):
    loss = F.cross_entropy(logits, labels, ignore_index=-100)
    loss.backward()
    return loss, {"logits": logits.grad}
