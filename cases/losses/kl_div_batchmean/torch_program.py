from torch.nn import functional as F


def program(logits, target):
    loss = F.kl_div(F.log_softmax(logits, dim=1), target.detach(), reduction="batchmean")
    loss.backward()
    return loss, {"logits": logits.grad}
