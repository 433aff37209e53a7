import mindspore as ms
from mindspore import nn, ops


def critic(x, w1, w2):
    return ops.matmul(ops.softplus(ops.matmul(x, w1)), w2)


def program(real, w1, w2):
    parameters = [ms.Parameter(w1, name="w1"), ms.Parameter(w2, name="w2")]
    optimizer = nn.SGD(parameters, learning_rate=0.1, momentum=0.5)

    def loss_of(real, w1, w2):
        gradient = ms.grad(critic)(real, w1, w2)
        return (critic(real, w1, w2) ** 2).mean() + 2 * (gradient**2).sum(1).mean()

    for _ in range(3):
        loss, grads = ms.value_and_grad(loss_of, (1, 2))(real, *(p.value() for p in parameters))
        yield loss, {"w1": grads[0], "w2": grads[1]}
        optimizer(grads)
