import mindspore as ms
from mindspore import ops


def program(x, w_mean, w_logvar, w_out):
    eps = ops.standard_normal((5, 2))

    def elbo(w_mean, w_logvar, w_out):
        mean, logvar = ops.matmul(x, w_mean.T), ops.matmul(x, w_logvar.T)
        z = mean + (logvar / 2).exp() * eps
        reconstruction = ops.mse_loss(ops.matmul(z, w_out.T), x, reduction="sum")
        kl = -0.5 * (1 + logvar - mean**2 - logvar.exp()).sum()
        return reconstruction + kl, kl, reconstruction

    (_, kl, reconstruction), (dm, dv, do) = ms.value_and_grad(elbo, (0, 1, 2), has_aux=True)(w_mean, w_logvar, w_out)
    return {"kl": kl, "reconstruction": reconstruction}, {"w_mean": dm, "w_logvar": dv, "w_out": do}
