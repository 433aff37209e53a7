import mindspore as ms
from mindspore import ops


def program(table, index, weight):
    def net(table, weight):
        bag = (ops.gather(table, index, 0) * weight.unsqueeze(-1)).sum(1)
        return (bag**2).sum(), bag

    (_, bag), (dtable, dweight) = ms.value_and_grad(net, (0, 1), has_aux=True)(table, weight)
    return bag, {"table": dtable, "weight": dweight}
