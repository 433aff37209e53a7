import mindspore as ms
from mindspore import nn, ops


class Embedding(nn.Cell):
    def __init__(self, table, padding_idx):
        super().__init__()
        self.embedding = nn.Embedding(5, 2, embedding_table=table)
        self.padding_idx = padding_idx

    def construct(self, tokens):
        y = self.embedding(tokens)
        padding = (tokens == self.padding_idx).expand_dims(-1)
        return ops.where(padding, ops.stop_gradient(y), y)


def program(tokens, table):
    embedding = Embedding(table, padding_idx=1)

    def forward(tokens):
        y = embedding(tokens)
        return ((y - 1) ** 2).sum(), y

    (_, y), (dtable,) = ms.value_and_grad(forward, None, embedding.trainable_params(), has_aux=True)(tokens)
    return y, {"table": dtable}
