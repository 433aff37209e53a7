from torch import nn


def program(logits, labels):
    loss = nn.CrossEntropyLoss()(logits, labels)
    loss.backward()
    return loss, {"logits": logits.grad}
