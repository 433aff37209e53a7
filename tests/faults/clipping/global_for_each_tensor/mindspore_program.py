import mindspore as ms
from mindspore import ops


def net(z, generator, critic):
    sample = ops.sin(ops.matmul(z, generator.T))
    return (sample * critic).sum(1).pow(2).mean()


def program(z, generator, critic):
    loss, gradients = ms.value_and_grad(net, (1, 2))(z, generator, critic)
    dg, dc = ops.clip_by_global_norm(gradients, 0.5)
    return loss, {"generator": dg, "critic": dc}
