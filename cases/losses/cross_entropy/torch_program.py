from torch.nn import functional as F


def program(logits, labels, reduction, label_smoothing):
    loss = F.cross_entropy(logits, labels, reduction=reduction, label_smoothing=label_smoothing)
    loss.backward()
    return loss, {"logits": logits.grad}
