import mindspore as ms
from mindspore import nn, ops


class Encoder(nn.Cell):
    def __init__(self, table):
        super().__init__()
        self.embedding = nn.Embedding(9, 6, embedding_table=table)
        self.drop = nn.Dropout(keep_prob=0.3)

    def construct(self, tokens):
        return ops.tanh(self.drop(self.embedding(tokens))).mean(1)


def program(tokens, table):
    net = Encoder(table).set_train()

    def forward(tokens):
        return (net(tokens) ** 2).sum()

    loss, (dt,) = ms.value_and_grad(forward, None, net.trainable_params())(tokens)
    return {"loss": loss}, {"table": dt}
