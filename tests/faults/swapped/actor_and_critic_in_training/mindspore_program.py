import mindspore as ms
from mindspore import ops


def losses(critic, actor, state, target):
    logits = ops.matmul(state, actor)
    policy = -((logits - ops.logsumexp(logits, 1, True)) * target).sum(1).mean()
    value = ops.square(ops.matmul(state, critic) - target).mean()
    return policy + value, policy, value


def program(states, returns, actor, critic, lr):
    grad_fn = ms.value_and_grad(losses, (0, 1), has_aux=True)
    for state, target in zip(states, returns, strict=False):
        (_, policy, value), (dactor, dcritic) = grad_fn(critic, actor, state, target)
        yield {"policy": policy, "value": value}, {"actor": dactor, "critic": dcritic}
        actor, critic = actor - lr * dactor, critic - lr * dcritic
