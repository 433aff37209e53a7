import torch


def program(x, w1, w2, skip):
    hidden = torch.relu(x @ w1)
    codes = hidden.to(torch.int64).to(torch.float32)
    y = codes @ w2 + x @ skip
    loss = (y**2).mean() + 0.01 * hidden.sum()
    loss.backward()
    return loss, {"x": x.grad, "w1": w1.grad, "w2": w2.grad, "skip": skip.grad}
