from torch import nn


class LanguageModel(nn.Module):
    def __init__(self, table):
        super().__init__()
        self.embedding = nn.Embedding.from_pretrained(table, freeze=False)
        self.head = nn.Linear(5, 7, bias=False)
        self.head.weight = self.embedding.weight

    def forward(self, tokens):
        return self.head(self.embedding(tokens).tanh())


def program(tokens, targets, table):
    net = LanguageModel(table)
    loss = nn.functional.cross_entropy(net(tokens).flatten(0, 1), targets.flatten())
    loss.backward()
    return loss, {"table": net.embedding.weight.grad}
