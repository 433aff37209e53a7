from torch.nn import functional as F


def program(logits, target, pos_weight):
    loss = F.binary_cross_entropy_with_logits(logits, target.detach(), pos_weight=pos_weight.detach())
    loss.backward()
    return loss, {"logits": logits.grad}
