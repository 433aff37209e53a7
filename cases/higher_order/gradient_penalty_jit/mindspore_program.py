import mindspore as ms
from mindspore import ops


def critic(x, hidden, out):
    return ops.matmul(ops.tanh(ops.matmul(x, hidden)), out)


def loss_of(x, hidden, out):
    gradient = ms.grad(critic)(x, hidden, out)
    penalty = ((ops.norm(gradient, dim=1) - 1) ** 2).mean()
    return critic(x, hidden, out).mean() + 10 * penalty, penalty


@ms.jit
def step(x, hidden, out):
    return ms.value_and_grad(loss_of, (1, 2), has_aux=True)(x, hidden, out)


def program(x, hidden, out):
    (loss, penalty), (dhidden, dout) = step(x, hidden, out)
    return {"loss": loss, "penalty": penalty}, {"hidden": dhidden, "out": dout}
