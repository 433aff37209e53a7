import torch


def program(returns, logits, action):
    advantage = (returns - returns.mean(1, keepdim=True)) / (returns.std(1, keepdim=True) + 1e-6)
    p = torch.softmax(logits, -1).gather(-1, action[..., None])[..., 0]
    loss = -(p * advantage).mean()
    loss.backward()
    return loss, {"logits": logits.grad, "returns": returns.grad}
