from torch import nn
from torch.nn import functional as F


def program(tokens, table, labels):
    embedding = nn.Embedding(5, 6)
    embedding.load_state_dict({"weight": table})
    hidden = embedding(tokens).sigmoid().cumsum(1)
    logits = F.linear(hidden, embedding.weight)
    loss = F.cross_entropy(logits.reshape(-1, 5), labels.reshape(-1))
    loss.backward()
    return loss, {"table": embedding.weight.grad}
