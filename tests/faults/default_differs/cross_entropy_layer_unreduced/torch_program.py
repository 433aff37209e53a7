from torch import nn


def program(x, labels, w1, w2):
    criterion = nn.CrossEntropyLoss()
    logits = (x @ w1.T).relu() @ w2.T
    loss = criterion(logits, labels)
    loss.backward()
    return logits, {"w1": w1.grad, "w2": w2.grad}
