import mindspore as ms
from mindspore import nn


def program(tokens, table):
    embedding = nn.Embedding(5, 2, embedding_table=table, padding_idx=1)

    def forward(tokens):
        y = embedding(tokens)
        return ((y - 1) ** 2).sum(), y

    (_, y), (dtable,) = ms.value_and_grad(forward, None, embedding.trainable_params(), has_aux=True)(tokens)
    return y, {"table": dtable}
