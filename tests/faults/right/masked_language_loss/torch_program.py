from torch.nn import functional as F


def program(logits, labels, mask):
    losses = F.cross_entropy(logits.reshape(-1, 7), labels.reshape(-1), reduction="none")
    keep = mask.detach().reshape(-1)
    loss = (losses * keep).sum() / keep.sum().clamp(min=1)
    loss.backward()
    return {"loss": loss}, {"logits": logits.grad}
