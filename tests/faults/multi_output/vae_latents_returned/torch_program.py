import torch


def program(x, noise, enc_mu, enc_logvar, dec):
    mu, logvar = x @ enc_mu, x @ enc_logvar
    z = mu + torch.exp(0.5 * logvar) * noise
    recon = ((z @ dec - x) ** 2).sum(1).mean()
    kl = -0.5 * (1 + logvar - mu**2 - logvar.exp()).sum(1).mean()
    loss = recon + kl
    loss.backward()
    return {"loss": loss, "mu": mu, "logvar": logvar}, {
        "enc_mu": enc_mu.grad,
        "enc_logvar": enc_logvar.grad,
        "dec": dec.grad,
    }
