import mindspore as ms
from mindspore import nn, ops


def program(tokens, table, labels):
    embedding = nn.Embedding(5, 6, embedding_table=table)

    def net(tokens, labels):
        hidden = ops.cumsum(ops.sigmoid(embedding(tokens)), 1)
        logits = ops.matmul(hidden, embedding.embedding_table.T)
        return ops.cross_entropy(logits.reshape(-1, 5), labels.reshape(-1))

    loss, dtable = ms.value_and_grad(net, None, embedding.embedding_table)(tokens, labels)
    return loss, {"table": dtable}
