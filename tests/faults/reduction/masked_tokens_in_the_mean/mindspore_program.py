import mindspore as ms
import numpy as np
from mindspore import ops


def program(hidden, head, targets, lengths):
    mask = ms.Tensor(np.arange(6)[None] < lengths.asnumpy()[:, None]).astype(hidden.dtype)
    index = targets.expand_dims(-1)

    def forward(hidden, head):
        logits = ops.matmul(hidden, head)
        nll = ops.logsumexp(logits, -1) - ops.gather_elements(logits, 2, index).squeeze(-1)
        return (nll * mask).mean()

    loss, (dhidden, dhead) = ms.value_and_grad(forward, (0, 1))(hidden, head)
    return {"loss": loss}, {"hidden": dhidden, "head": dhead}
