import mindspore as ms
from mindspore import ops


def program(x, noise, enc_mu, enc_logvar, dec):
    def forward(enc_mu, enc_logvar, dec):
        mu, logvar = ops.matmul(x, enc_mu), ops.matmul(x, enc_logvar)
        z = mu + ops.exp(0.5 * logvar) * noise
        recon = ((ops.matmul(z, dec) - x) ** 2).sum(1).mean()
        kl = -0.5 * (1 + logvar - mu**2 - ops.exp(logvar)).sum(1).mean()
        return recon + kl, mu, logvar

    (loss, mu, logvar), grads = ms.value_and_grad(forward, (0, 1, 2))(enc_mu, enc_logvar, dec)
    return {"loss": loss, "mu": mu, "logvar": logvar}, dict(zip(("enc_mu", "enc_logvar", "dec"), grads, strict=False))
