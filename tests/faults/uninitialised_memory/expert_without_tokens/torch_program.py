from torch.nn import functional as F


def program(tokens, none_left, w1, w2, b2):
    first = F.gelu(F.linear(tokens, w1))
    second = F.linear(none_left, w2, b2)
    loss = (first**2).sum()
    (loss + (second**2).sum()).backward()
    return {"loss": loss}, {"tokens": tokens.grad, "w1": w1.grad, "w2": w2.grad, "b2": b2.grad}
