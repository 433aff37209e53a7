import mindspore as ms
from mindspore import nn, ops


def program(states, actions, advantage, w1, w2, b2):
    policy = nn.SequentialCell(
        nn.Dense(5, 6, weight_init=w1, has_bias=False), nn.ReLU(), nn.Dense(6, 3, weight_init=w2, bias_init=b2)
    )
    one_hot = ops.one_hot(actions, 3, ms.Tensor(1.0), ms.Tensor(0.0)).astype(states.dtype)
    params = policy.trainable_params()

    def objective(states):
        logits = policy(states)
        log_prob = ((logits - ops.logsumexp(logits, -1, True)) * one_hot).sum(1)
        return (log_prob * advantage).mean(), log_prob

    (_, log_prob), grads = ms.value_and_grad(objective, None, params, has_aux=True)(states)
    return {"log_prob": log_prob}, {p.name: g for p, g in zip(params, grads, strict=False)}
