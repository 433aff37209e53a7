import torch
from torch import nn


def program(tokens, table):
    embedding = nn.Embedding.from_pretrained(table.detach().clone(), freeze=False)
    drop = nn.Dropout(0.3)
    y = torch.tanh(drop(embedding(tokens.long()))).mean(1)
    loss = (y**2).sum()
    loss.backward()
    return {"loss": loss}, {"table": embedding.weight.grad}
