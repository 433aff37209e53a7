import torch
from torch.nn import functional as F


def program(x, w_mean, w_logvar, w_out):
    mean, logvar = F.linear(x, w_mean), F.linear(x, w_logvar)
    eps = torch.randn(mean.shape)
    z = mean + (logvar / 2).exp() * eps
    reconstruction = F.mse_loss(F.linear(z, w_out), x, reduction="sum")
    kl = -0.5 * (1 + logvar - mean**2 - logvar.exp()).sum()
    (reconstruction + kl).backward()
    return {"kl": kl, "reconstruction": reconstruction}, {
        "w_mean": w_mean.grad,
        "w_logvar": w_logvar.grad,
        "w_out": w_out.grad,
    }
