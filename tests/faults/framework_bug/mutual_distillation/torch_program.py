from torch.nn import functional as F


def program(x, w1, w2):
    p, q = x @ w1, x @ w2
    there = F.kl_div(F.log_softmax(p, 1), F.softmax(q, 1), reduction="sum")
    back = F.kl_div(F.log_softmax(q, 1), F.softmax(p, 1), reduction="sum")
    loss = there + back
    loss.backward()
    return {"there": there, "back": back}, {"x": x.grad, "w1": w1.grad, "w2": w2.grad}
