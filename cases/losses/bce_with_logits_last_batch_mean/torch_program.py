from torch import nn


def program(logits, target):
    loss_of = nn.BCEWithLogitsLoss()
    for size in (8, 3):
        logits.grad = None
        loss = loss_of(logits[:size], target[:size].detach())
        loss.backward()
        yield loss, {"logits": logits.grad[:size]}
