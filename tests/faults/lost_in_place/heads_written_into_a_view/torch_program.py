import torch


def program(states, prefix, w):
    y = states @ w
    y.view(2, 3, 2, 4)[:, :, 1] = prefix
    loss = torch.sin(y).sum()
    loss.backward()
    return loss, {"states": states.grad, "prefix": prefix.grad, "w": w.grad}
