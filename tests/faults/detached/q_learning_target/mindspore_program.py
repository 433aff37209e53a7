import mindspore as ms
from mindspore import ops


def q_values(s, w1, w2):
    return ops.matmul(ops.relu(ops.matmul(s, w1.T)), w2.T)


def program(state, following, reward, action, w1, w2):
    def td_loss(w1, w2):
        q = ops.gather_elements(q_values(state, w1, w2), 1, action[:, None]).squeeze(1)
        target = reward + 0.9 * ops.amax(q_values(following, w1, w2), 1)
        return ops.smooth_l1_loss(q, target, reduction="mean"), q

    (loss, q), (dw1, dw2) = ms.value_and_grad(td_loss, (0, 1), has_aux=True)(w1, w2)
    return {"loss": loss, "q": q}, {"w1": dw1, "w2": dw2}
