import torch


def program(x, w1, w2):
    y = torch.relu(x @ w1) @ w2
    loss = (y * y).sum()
    loss.backward()
    return {"y": y}, {"x": x.grad, "w1": w1.grad, "w2": w2.grad}
