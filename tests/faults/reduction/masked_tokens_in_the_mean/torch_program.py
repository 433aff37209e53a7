import torch


def program(hidden, head, targets, lengths):
    logits = hidden @ head
    nll = torch.logsumexp(logits, -1) - logits.gather(-1, targets.unsqueeze(-1)).squeeze(-1)
    mask = (torch.arange(6)[None] < lengths[:, None]).to(nll.dtype)
    loss = (nll * mask).sum() / mask.sum()
    loss.backward()
    return {"loss": loss}, {"hidden": hidden.grad, "head": head.grad}
