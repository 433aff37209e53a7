from torch.nn import functional as F


def program(table, index, weight):
    bag = (F.embedding(index, table) * weight.unsqueeze(-1)).sum(1)
    loss = (bag**2).sum()
    loss.backward()
    return bag, {"table": table.grad, "weight": weight.grad}
