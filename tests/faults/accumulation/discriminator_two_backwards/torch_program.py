import torch
from torch.nn import functional as F


def discriminator(x, hidden, hidden_bias, head):
    return F.leaky_relu(x @ hidden + hidden_bias, 0.1) @ head


def program(real, fake, hidden, hidden_bias, head):
    score = discriminator(real, hidden, hidden_bias, head)
    loss_real = F.binary_cross_entropy_with_logits(score, torch.ones_like(score))
    loss_real.backward()
    score = discriminator(fake.detach(), hidden, hidden_bias, head)
    loss_fake = F.binary_cross_entropy_with_logits(score, torch.zeros_like(score))
    loss_fake.backward()
    gradients = {"hidden": hidden.grad, "hidden_bias": hidden_bias.grad, "head": head.grad}
    return {"real": loss_real, "fake": loss_fake}, gradients
