import mindspore as ms
from mindspore import nn, ops


class LanguageModel(nn.Cell):
    def __init__(self, table):
        super().__init__()
        self.embedding = nn.Embedding(7, 5, embedding_table=table)
        self.head = nn.Dense(5, 7, has_bias=False)
        self.head.weight = self.embedding.embedding_table

    def construct(self, tokens):
        return self.head(ops.tanh(self.embedding(tokens)))


def program(tokens, targets, table):
    net = LanguageModel(table)

    def forward(tokens, targets):
        return ops.cross_entropy(net(tokens).reshape(-1, 7), targets.reshape(-1))

    # trainable_params() names the shared table once.
    loss, (dtable,) = ms.value_and_grad(forward, None, net.trainable_params())(tokens, targets)
    return loss, {"table": dtable}
