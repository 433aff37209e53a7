import torch


def recurrent(x, w_x, w_h, target):
    state = torch.zeros_like(target)
    for step in x:
        state = torch.relu(step @ w_x + state @ w_h) + 0.1 * state
    return state, (state - target).pow(2).mean()


def program(x, target, w_x, w_h):
    state, loss = recurrent(x, w_x, w_h, target.detach())
    loss.backward()
    return {"state": state, "loss": loss}, {"x": x.grad, "w_x": w_x.grad, "w_h": w_h.grad}
