import mindspore as ms
from mindspore import ops


def discriminator(x, hidden, hidden_bias, head):
    return ops.matmul(ops.leaky_relu(ops.matmul(x, hidden) + hidden_bias, 0.1), head)


def loss_real_fn(real, hidden, hidden_bias, head):
    return ops.softplus(-discriminator(real, hidden, hidden_bias, head)).mean()


def loss_fake_fn(fake, hidden, hidden_bias, head):
    return ops.softplus(discriminator(fake, hidden, hidden_bias, head)).mean()


def program(real, fake, hidden, hidden_bias, head):
    weights = (hidden, hidden_bias, head)
    loss_real, _real_grads = ms.value_and_grad(loss_real_fn, (1, 2, 3))(real, *weights)
    loss_fake, grads = ms.value_and_grad(loss_fake_fn, (1, 2, 3))(fake, *weights)
    return {"real": loss_real, "fake": loss_fake}, dict(zip(("hidden", "hidden_bias", "head"), grads, strict=False))
