import mindspore as ms
from mindspore import ops


def program(centre, context, table, output):
    negatives = ops.randint(0, 12, (6, 3))

    def loss_fn(table, output):
        v = ops.gather(table, centre, 0)
        positive = (v * ops.gather(output, context, 0)).sum(-1)
        negative = (v.expand_dims(1) * ops.gather(output, negatives, 0)).sum(-1)
        return -(ops.log(ops.sigmoid(positive)).mean() + ops.log(ops.sigmoid(-negative)).sum(1).mean())

    loss, (dt, do) = ms.value_and_grad(loss_fn, (0, 1))(table, output)
    return {"loss": loss}, {"table": dt, "output": do}
