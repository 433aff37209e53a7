from torch import nn


def program(tokens, table):
    embedding = nn.Embedding(5, 2, padding_idx=1)
    embedding.load_state_dict({"weight": table})
    y = embedding(tokens)
    ((y - 1) ** 2).sum().backward()
    return y, {"table": embedding.weight.grad}
