import torch


def energy(logits, temperature, prior):
    return -(temperature * torch.logsumexp(logits / temperature + prior, 1)).sum()


def program(logits, temperature, prior):
    loss = energy(logits, temperature, prior)
    loss.backward()
    return loss, {"logits": logits.grad, "temperature": temperature.grad, "prior": prior.grad}
