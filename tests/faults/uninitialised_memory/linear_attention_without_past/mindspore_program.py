import mindspore as ms
from mindspore import ops


def program(states, wq, keys, values):
    def net(states, wq):
        query = ops.sigmoid(ops.matmul(states, wq))
        memory = ops.matmul(keys.swapaxes(1, 2), values)
        context = ops.matmul(query, memory) + query * states
        return (context * ops.sigmoid(context)).sum(), context

    for _ in range(4):
        (loss, context), (dstates, dwq) = ms.value_and_grad(net, (0, 1), has_aux=True)(states, wq)
        yield {"loss": loss, "context": context}, {"states": dstates, "wq": dwq}
