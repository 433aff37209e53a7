import torch


def program(logits, vector, onehot):
    loss = (torch.logsumexp(logits, 1) - (logits * onehot.detach()).sum(1)).mean()
    (gradient,) = torch.autograd.grad(loss, logits, create_graph=True)
    (product,) = torch.autograd.grad((gradient * vector.detach()).sum(), logits)
    return {"loss": loss}, {"gradient": gradient, "product": product}
