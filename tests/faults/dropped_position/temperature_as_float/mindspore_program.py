import mindspore as ms
from mindspore import ops


def energy(logits, temperature, prior):
    return -(temperature * ops.logsumexp(logits / temperature + prior, 1)).sum()


def program(logits, temperature, prior):
    names = ("logits", "temperature", "prior")
    loss, grads = ms.value_and_grad(energy, (0, 1, 2))(logits, float(temperature), prior)
    return loss, dict(zip(names, grads, strict=False))
