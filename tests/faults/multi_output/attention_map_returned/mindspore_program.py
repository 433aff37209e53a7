import mindspore as ms
from mindspore import nn, ops


class Attend(nn.Cell):
    def __init__(self, scale):
        super().__init__()
        self.scale = scale

    def construct(self, query, memory):
        scores = ops.bmm(query, memory.swapaxes(1, 2)) / self.scale
        weights = ops.sigmoid(scores)
        return ops.square(ops.bmm(weights, memory)).mean(), weights


def program(query, memory, seed_scale):
    attend = Attend(seed_scale)
    loss, _ = attend(query, memory)
    dquery, dmemory = ms.grad(attend, grad_position=(0, 1))(query, memory)
    return {"loss": loss}, {"query": dquery, "memory": dmemory}
