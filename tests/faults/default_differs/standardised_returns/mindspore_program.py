import mindspore as ms
from mindspore import ops


def program(returns, logits, action):
    def policy_loss(returns, logits):
        advantage = (returns - returns.mean(1, keep_dims=True)) / (ops.std(returns, 1, keepdims=True) + 1e-6)
        p = ops.gather_elements(ops.softmax(logits, -1), 2, action.expand_dims(-1)).squeeze(-1)
        return -(p * advantage).mean()

    loss, (dr, dl) = ms.value_and_grad(policy_loss, (0, 1))(returns, logits)
    return loss, {"logits": dl, "returns": dr}
