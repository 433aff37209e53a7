from torch.nn import functional as F


def program(logits, weight, labels, smoothing, reduction):
    labels = labels.masked_fill(labels == 4, -100)
    loss = F.cross_entropy(
        logits, labels, weight=weight.detach(), ignore_index=-100, label_smoothing=smoothing, reduction=reduction
    )
    loss.backward()
    return loss, {"logits": logits.grad}
