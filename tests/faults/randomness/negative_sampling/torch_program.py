import torch
from torch.nn import functional as F


def program(centre, context, table, output):
    negatives = torch.randint(0, 12, (6, 3))
    v = table[centre.long()]
    positive = (v * output[context.long()]).sum(-1)
    negative = torch.einsum("bd,bnd->bn", v, output[negatives])
    loss = -(F.logsigmoid(positive).mean() + F.logsigmoid(-negative).sum(1).mean())
    loss.backward()
    return {"loss": loss}, {"table": table.grad, "output": output.grad}
