from torch.nn import functional as F


def program(tokens, labels, table, weight, bias):
    pooled = F.embedding(tokens, table).amax(1)
    loss = F.cross_entropy(F.linear(pooled, weight, bias), labels)
    loss.backward()
    return loss, {"table": table.grad, "weight": weight.grad, "bias": bias.grad}
